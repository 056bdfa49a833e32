import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Figure, type Report, summaryTable } from './report.ts';

const RESULTS = fileURLToPath(new URL('./RESULTS.md', import.meta.url));
const FIGURES = fileURLToPath(new URL('./figures.json', import.meta.url));

type StoredFigures = Record<string, { taken: string; figures: Figure[] }>;

/** Whether RESULTS.md has a place for that measurement's figures. */
export const hasPlace = (document: string, name: string): boolean => placeOf(document, name) !== undefined;

/** Replaces what stands between `<!-- figures: NAME -->` and `<!-- end -->`. @throws RangeError when there is no such place */
export function withFigures(document: string, name: string, figures: string): string {
  const place = placeOf(document, name);
  if (place === undefined) throw new RangeError(`RESULTS.md has no place "<!-- figures: ${name} --> … <!-- end -->"`);
  return `${document.slice(0, place.from)}\n${figures}\n${document.slice(place.to)}`;
}

function placeOf(document: string, name: string): { from: number; to: number } | undefined {
  const begin = `<!-- figures: ${name} -->`;
  const at = document.indexOf(begin);
  const to = document.indexOf('<!-- end -->', at);
  return at === -1 || to === -1 ? undefined : { from: at + begin.length, to };
}

/** What the machine is and how busy others keep it. */
export function circumstances(): string {
  const [load = 0] = loadavg();
  const processors = cpus();
  const day = new Date().toISOString().slice(0, 10);
  return `${day}, Node ${process.version.slice(1)}, ${processors.length} cores (${processors[0]?.model.trim()}), load before: ${load.toFixed(1)}`;
}

/** Into RESULTS.md where it has a place, and into its summary; figures.json keeps those of measurements not made this time. */
export function writeReport(name: string, { tables, figures }: Report, taken: string): void {
  const stored = existsSync(FIGURES) ? (JSON.parse(readFileSync(FIGURES, 'utf8')) as StoredFigures) : {};
  const all = { ...stored, [name]: { taken, figures } };
  writeFileSync(FIGURES, `${JSON.stringify(all, null, 2)}\n`);
  const byName = Object.fromEntries(Object.entries(all).map(([one, { figures: itsFigures }]) => [one, itsFigures]));
  let document = withFigures(readFileSync(RESULTS, 'utf8'), 'summary', summaryTable(byName));
  if (hasPlace(document, name)) document = withFigures(document, name, `Taken ${taken}.\n\n${tables}`);
  else console.error(`RESULTS.md has no place for ${name}: written into its summary only`);
  writeFileSync(RESULTS, document);
}
