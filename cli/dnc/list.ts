import { numbersInState } from '../../lib/dnc/number-list.ts';
import type { DncItem, DncState } from '../../lib/dnc/types.ts';
import type { Output } from '../shared/output.ts';
import { type Listing, printRows, printSum } from '../shared/table.ts';
import type { Target } from '../shared/target.ts';
import { dncTables } from './queue.ts';
import { standingFacts, standingText } from './standing.ts';

const LISTING: Listing<DncItem> = {
  facts: standingFacts,
  columns: [
    { title: 'NUMBER', of: ({ phoneNumber }) => phoneNumber },
    { title: 'WANTS', of: ({ preference }) => preference },
    { title: 'STATE', of: ({ state }) => state },
    { title: 'SAID', of: ({ eventTime }) => eventTime },
    { title: 'STANDING', of: standingText },
  ],
};

export async function listNumbers(
  target: Pick<Target, 'dynamo' | 'tableOf'>,
  { state, json }: { state?: DncState | undefined; json?: true | undefined },
  output: Output,
): Promise<void> {
  const states: readonly DncState[] = state === undefined ? ['pending', 'failed', 'synced'] : [state];
  const tables = dncTables(target);
  async function* items() {
    let read = 0;
    for (const one of states) {
      for await (const item of numbersInState(tables, one)) {
        output.progress(`${++read} read`);
        yield item;
      }
    }
  }
  const count = await printRows(output, json, LISTING, items());
  await printSum(output, json, `${count} number${count === 1 ? '' : 's'}${state === undefined ? '' : ` ${state}`}`);
}
