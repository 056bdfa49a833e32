import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';

const RESULTS = fileURLToPath(new URL('./RESULTS.md', import.meta.url));

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

export function writeFigures(name: string, tables: string, taken: string): void {
  const document = readFileSync(RESULTS, 'utf8');
  if (!hasPlace(document, name)) console.error(`RESULTS.md has no place for ${name}; nothing is written there`);
  else writeFileSync(RESULTS, withFigures(document, name, `Taken ${taken}.\n\n${tables}`));
}
