import { readItems } from '../../lib/dnc/item-reader.ts';
import { numbersInState } from '../../lib/dnc/number-list.ts';
import { requeueFailed } from '../../lib/dnc/requeue.ts';
import type { DncState } from '../../lib/dnc/types.ts';
import { EXIT, type ExitCode } from '../shared/exit-codes.ts';
import type { Output } from '../shared/output.ts';
import { type Listing, printRows, printSum } from '../shared/table.ts';
import type { Target } from '../shared/target.ts';
import { dncTables } from './queue.ts';

interface Outcome {
  phoneNumber: string;
  outcome: 'requeued' | 'not-failed' | 'unknown';
  /** Of one that was left as it is. */
  state: DncState | null;
}

const OUTCOMES: Listing<Outcome> = {
  facts: (outcome) => outcome,
  columns: [
    { title: 'NUMBER', of: ({ phoneNumber }) => phoneNumber },
    {
      title: 'OUTCOME',
      of: ({ outcome, state }) =>
        ({
          requeued: 'pending again',
          'not-failed': `is not failed (${state}); left as it is`,
          unknown: 'nothing was ever heard of this number',
        })[outcome],
    },
  ],
};

export async function retryNumbers(
  target: Pick<Target, 'dynamo' | 'tableOf' | 'dncHistoryYears'>,
  wanted: readonly string[] | 'all',
  { json }: { json?: true | undefined },
  output: Output,
): Promise<ExitCode> {
  const tables = dncTables(target, target.dncHistoryYears());
  const count = { requeued: 0, 'not-failed': 0, unknown: 0 };
  async function* outcomes(): AsyncGenerator<Outcome> {
    for await (const { phoneNumber, item } of wanted === 'all' ? everyFailed() : named()) {
      const requeued = item !== undefined && (await requeueFailed(tables, item));
      const outcome = item === undefined ? 'unknown' : requeued ? 'requeued' : 'not-failed';
      count[outcome]++;
      output.progress(`${count.requeued} requeued`);
      yield { phoneNumber, outcome, state: requeued ? null : (item?.state ?? null) };
    }
  }
  async function* everyFailed() {
    for await (const item of numbersInState(tables, 'failed')) yield { phoneNumber: item.phoneNumber, item };
  }
  async function* named() {
    for (const phoneNumber of new Set(wanted)) {
      const [item] = await readItems(tables, [phoneNumber]);
      yield { phoneNumber, item };
    }
  }
  await printRows(output, json, OUTCOMES, outcomes());
  const { requeued, unknown } = count;
  await printSum(output, json, `${requeued} requeued${unknown > 0 ? `, ${unknown} unknown` : ''}`);
  return unknown + count['not-failed'] === 0 ? EXIT.done : EXIT.failed;
}
