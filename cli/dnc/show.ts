import { HISTORY_TYPES, type HistoryEntry } from '../../lib/dnc/history-entry.ts';
import { readItems } from '../../lib/dnc/item-reader.ts';
import { EXIT, type ExitCode } from '../shared/exit-codes.ts';
import type { Output } from '../shared/output.ts';
import { printJson } from '../shared/table.ts';
import type { Target } from '../shared/target.ts';
import { dncTables } from './queue.ts';
import { standingFacts, standingText, timeText } from './standing.ts';

export async function showNumber(
  target: Pick<Target, 'dynamo' | 'tableOf'>,
  phoneNumber: string,
  { json }: { json?: true | undefined },
  output: Output,
): Promise<ExitCode> {
  const tables = dncTables(target);
  const [item] = await readItems(tables, [phoneNumber]);
  const entries = (await tables.history.read(phoneNumber)).sort(asItHappened);
  if (item === undefined && entries.length === 0) {
    output.note(`${phoneNumber}: nothing was ever heard of this number`);
    return EXIT.failed;
  }
  if (json === true) {
    const history = entries.map(({ phoneNumber: _shown, atMs, ...facts }) => ({ at: timeText(atMs), ...facts }));
    await printJson(output, { phoneNumber, standing: item === undefined ? null : standingFacts(item), history });
    return EXIT.done;
  }
  if (item !== undefined) {
    const { preference, state, eventTime } = item;
    await output.print([phoneNumber, preference, state, `said ${eventTime}`, standingText(item)].join('  '));
  }
  for (const entry of entries) await output.print(`  ${storyLine(entry)}`);
  return EXIT.done;
}

/** The table orders what happened in one millisecond by name. */
function asItHappened(a: HistoryEntry, b: HistoryEntry): number {
  return a.atMs - b.atMs || HISTORY_TYPES.indexOf(a.type) - HISTORY_TYPES.indexOf(b.type);
}

function storyLine({ type, atMs, preference, eventTime, eventId, requestId, detail }: HistoryEntry): string {
  const what = `${preference} said ${eventTime} (event ${eventId})`;
  const request = requestId === undefined ? '' : ` in request ${requestId}`;
  const because = detail === undefined ? '' : type === 'superseded' ? ` by event ${detail}` : `: ${detail}`;
  return `${timeText(atMs)}  ${type.padEnd(10)}  ${what}${request}${because}`;
}
