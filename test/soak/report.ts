import { BREACHES, type Breach, type Evidence, type Verdict } from './checker/evidence.ts';
import type { ThrownFault } from './faults/fault.ts';
import type { SoakOptions } from './options.ts';
import { linesAbout } from './router-lines.ts';

export interface SoakResult {
  options: SoakOptions;
  evidence: Evidence;
  verdict: Verdict;
  requests: number;
  thrown: readonly ThrownFault[];
  /** Log files by a short name. */
  logs: ReadonlyMap<string, string>;
}

const STORIES = 5;

/** The one table of a soak. */
export function tableOf({ options, evidence, verdict, requests, thrown }: SoakResult): string {
  const { minutes, seed, eventsPerSecond, embedded } = options;
  const count = (kind: Breach['kind']) => verdict.breaches.filter((breach) => breach.kind === kind).length;
  const outcomes = Map.groupBy(evidence.lines, ({ outcome }) => outcome);
  const causes = [...verdict.explained].map(([cause, times]): Row => [`  repeat: ${cause}`, times]);
  const faults = [...Map.groupBy(thrown, ({ part }) => part)].map(
    ([part, ofPart]): Row => [
      `  ${part}`,
      `${ofPart.length}  (${[...Map.groupBy(ofPart, ({ name }) => name)].map(([name, all]) => `${name} ${all.length}`).join(', ')})`,
    ],
  );
  const rows: Row[] = [
    [`soak ${minutes} min, seed ${seed}`, `${eventsPerSecond}/s, ${embedded ? 'embedded' : 'Kafka and redis-server'}`],
    ['events sent', evidence.sent.length],
    ['  accepted', verdict.accepted],
    ['  requests, repeats included', requests],
    ['arrived in topics', verdict.arrived],
    ...[...outcomes].map(([outcome, lines]): Row => [`  router: ${outcome}`, lines.length]),
    ['repeats that faults account for', [...verdict.explained.values()].reduce((sum, times) => sum + times, 0)],
    ...causes,
    ['unreadable messages parked', evidence.parked.filter(({ eventId }) => eventId === null).length],
    ['faults thrown', thrown.length],
    ...faults,
    ...BREACHES.map((kind): Row => [kind, count(kind)]),
    ['verdict', verdict.breaches.length === 0 ? 'everything held' : `${verdict.breaches.length} BREACHES`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

type Row = [string, string | number];

/** The verdict for machines. */
export function factsOf({ options, verdict, evidence, requests, thrown }: SoakResult) {
  const { seed, minutes, eventsPerSecond, embedded } = options;
  const { accepted, arrived, breaches } = verdict;
  const { length: sent } = evidence.sent;
  return {
    seed,
    minutes,
    eventsPerSecond,
    embedded,
    sent,
    accepted,
    arrived,
    requests,
    faults: thrown.length,
    breaches,
  };
}

/** Each breach in a line, and of the first few all that is known of their events. */
export async function storyOf(result: SoakResult): Promise<string> {
  const { verdict, options } = result;
  if (verdict.breaches.length === 0) return '';
  const lines = [
    `seed ${options.seed}:`,
    ...verdict.breaches.slice(0, 100).map(({ kind, what }) => `${kind}: ${what}`),
  ];
  for (const breach of verdict.breaches.slice(0, STORIES)) lines.push('', ...(await eventStory(breach, result)));
  return lines.join('\n');
}

async function eventStory(breach: Breach, { evidence, thrown, logs }: SoakResult): Promise<string[]> {
  const events = evidence.sent.filter(({ number }) => breach.events.includes(number)).slice(0, 12);
  const told = [`== ${breach.kind}: ${breach.what}`];
  for (const { answers, ...event } of events) {
    told.push(JSON.stringify({ ...event, begunAt: at(event.begunAtMs), acceptedAt: at(event.acceptedAtMs) }));
    told.push(`  answers: ${answers.map(({ atMs, status }) => `${at(atMs)} ${status || 'none'}`).join(', ')}`);
  }
  const numbers = new Set(events.map(({ number }) => number));
  for (const arrival of evidence.arrivals) if (numbers.has(arrival.number ?? -1)) told.push(JSON.stringify(arrival));
  const fromMs = Math.min(...events.map(({ begunAtMs }) => begunAtMs));
  const ids = events.flatMap(({ eventId }) => (eventId === null ? [] : [eventId]));
  const found = await linesAbout(logs, ids);
  const untilMs = Math.max(fromMs, ...found.map((line) => Date.parse(line.split(' ')[0] ?? '') || 0));
  for (const { part, name, ...fault } of thrown)
    if (fault.toMs >= fromMs && fault.fromMs <= untilMs)
      told.push(`${at(fault.fromMs)} to ${at(fault.toMs)}: ${part} ${name}`);
  return [...told, ...found];
}

const at = (ms: number | null): string => (ms !== null && Number.isFinite(ms) ? new Date(ms).toISOString() : 'never');
