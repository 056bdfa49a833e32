import type { ListedSubscription } from '../../lib/subscriptions/listed.ts';
import type { Output } from '../shared/output.ts';
import { type Listing, printRows, printSum } from '../shared/table.ts';
import type { Target } from '../shared/target.ts';
import { dryRun } from './reconciler.ts';

const SUBSCRIPTIONS: Listing<ListedSubscription> = {
  facts: (subscription) => subscription,
  columns: [
    { title: 'STANDING', of: ({ standing }) => standing },
    { title: 'STATE', of: ({ state }) => state ?? 'unknown' },
    { title: 'EVENT TYPE', of: ({ eventType }) => eventType },
    { title: 'NAME', of: ({ name }) => name },
    { title: 'ID', of: ({ id }) => id },
  ],
};

export async function listSubscriptions(
  target: Pick<Target, 'invoke'>,
  { json }: { json?: true | undefined },
  output: Output,
): Promise<void> {
  const { listed } = await dryRun(target, output);
  await printRows(
    output,
    json,
    SUBSCRIPTIONS,
    listed.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  );
  const count = (standing: ListedSubscription['standing']) => listed.filter((one) => one.standing === standing).length;
  const [declared, undeclared, foreign] = [count('declared'), count('undeclared'), count('foreign')];
  await printSum(
    output,
    json,
    `${listed.length} in CXone: ${declared} declared, ${undeclared} undeclared, ${foreign} foreign`,
  );
}
