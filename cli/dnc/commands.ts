import { createDncHistory } from '../../lib/dnc/history.ts';
import { HISTORY_TYPES, type HistoryEntry } from '../../lib/dnc/history-entry.ts';
import { readItems } from '../../lib/dnc/item-reader.ts';
import { numbersInState } from '../../lib/dnc/number-list.ts';
import { requeueFailed } from '../../lib/dnc/requeue.ts';
import type { DncItem, DncState } from '../../lib/dnc/types.ts';
import { systemClock as clock } from '../../lib/platform/clock.ts';
import type { Target } from '../shared/target.ts';
import type { DncCommand } from './options.ts';

export type Print = (line: string) => void;

export type DncTarget = Pick<Target, 'dynamo' | 'tableOf' | 'dncHistoryYears'>;

/** Answers the exit code: 1 when nothing was found or not all could be done. */
export async function runDncCommand(target: DncTarget, command: DncCommand, print: Print): Promise<number> {
  const queue = { dynamo: target.dynamo, table: target.tableOf('DncQueue'), clock };
  const table = target.tableOf('DncHistory');
  const historyYears = command.do === 'retry' ? target.dncHistoryYears() : 0; // the others only read
  const history = createDncHistory({ dynamo: target.dynamo, table, historyYears, clock });
  const settings = { ...queue, history };
  switch (command.do) {
    case 'list':
      return list(settings, command.state, print);
    case 'show':
      return show(settings, command.phoneNumber, print);
    case 'retry':
      return retry(settings, command.phoneNumbers, print);
  }
}

type Settings = Parameters<typeof requeueFailed>[0];

async function list(settings: Settings, wanted: DncState | undefined, print: Print): Promise<number> {
  const states: readonly DncState[] = wanted === undefined ? ['pending', 'failed', 'synced'] : [wanted];
  let count = 0;
  for (const state of states) {
    for await (const item of numbersInState(settings, state)) {
      count++;
      print(lineOf(item));
    }
  }
  print(`${count} number${count === 1 ? '' : 's'}${wanted === undefined ? '' : ` ${wanted}`}`);
  return 0;
}

function lineOf(item: DncItem): string {
  const { phoneNumber, preference, state, eventTime } = item;
  return [phoneNumber.padEnd(16), preference.padEnd(6), state.padEnd(7), `said ${eventTime}`, standingOf(item)].join(
    '  ',
  );
}

function standingOf({ state, attempts, lastError, confirmedAtMs, nextAttemptAtMs, notBeforeMs }: DncItem): string {
  const refused = attempts === 0 ? '' : `; refused ${attempts} time${attempts === 1 ? '' : 's'}`;
  const reason = lastError === null ? '' : `; ${lastError}`;
  if (state === 'synced') return `confirmed ${time(confirmedAtMs ?? 0)}`;
  if (state === 'failed') return `gave up ${time(nextAttemptAtMs)}${refused}${reason}`;
  return `next try from ${time(Math.max(nextAttemptAtMs, notBeforeMs))}${refused}${reason}`;
}

async function show(settings: Settings, phoneNumber: string, print: Print): Promise<number> {
  const [item] = await readItems(settings, [phoneNumber]);
  const entries = await settings.history.read(phoneNumber);
  if (item === undefined && entries.length === 0) {
    print(`${phoneNumber}: nothing was ever heard of this number`);
    return 1;
  }
  if (item !== undefined) print(lineOf(item));
  for (const entry of entries.sort(asItHappened)) print(`  ${tell(entry)}`);
  return 0;
}

/** The table orders what happened in one millisecond by name. */
function asItHappened(a: HistoryEntry, b: HistoryEntry): number {
  return a.atMs - b.atMs || HISTORY_TYPES.indexOf(a.type) - HISTORY_TYPES.indexOf(b.type);
}

function tell({ type, atMs, preference, eventTime, eventId, requestId, detail }: HistoryEntry): string {
  const what = `${preference} said ${eventTime} (event ${eventId})`;
  const request = requestId === undefined ? '' : ` in request ${requestId}`;
  const because = detail === undefined ? '' : type === 'superseded' ? ` by event ${detail}` : `: ${detail}`;
  return `${time(atMs)}  ${type.padEnd(10)}  ${what}${request}${because}`;
}

async function retry(settings: Settings, wanted: string[] | 'all', print: Print): Promise<number> {
  let requeued = 0;
  let others = 0;
  for await (const item of wanted === 'all' ? numbersInState(settings, 'failed') : named(settings, wanted)) {
    if (await requeueFailed(settings, item)) {
      requeued++;
      print(`${item.phoneNumber}  pending again`);
    } else {
      others++;
      print(`${item.phoneNumber}  is not failed (${item.state}); left as it is`);
    }
  }
  const unknown = wanted === 'all' ? 0 : wanted.length - requeued - others;
  print(`${requeued} requeued${unknown > 0 ? `, ${unknown} unknown` : ''}`);
  return others + unknown === 0 ? 0 : 1;
}

async function* named(settings: Settings, numbers: readonly string[]): AsyncGenerator<DncItem> {
  for (const number of new Set(numbers)) yield* await readItems(settings, [number]);
}

const time = (ms: number): string => new Date(ms).toISOString();
