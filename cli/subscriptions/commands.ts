import type { ListedSubscription } from '../../lib/subscriptions/listed.ts';
import { type Plan, pending } from '../../lib/subscriptions/plan.ts';
import type { ReconcileResult } from '../../lib/subscriptions/reconcile.ts';
import type { Target } from '../shared/target.ts';
import type { SubscriptionCommand } from './options.ts';
import { planLines } from './plan-lines.ts';

/** What the reconciler answers to a dry run. */
interface Planned {
  plan: Plan;
  listed: ListedSubscription[];
}

/** What it answers to a run. */
type Reconciled =
  | { status: 'busy' }
  | {
      status: 'done' | 'failed';
      webhooksRegistered: number;
      errors: string[];
      subscriptions: ReconcileResult | null;
    };

const RECONCILER = 'subscription-reconciler';

/** Answers the exit code (see the help). */
export async function runSubscriptionsCommand(
  target: Pick<Target, 'invoke'>,
  command: SubscriptionCommand,
  json: boolean,
  print: (line: string) => void,
): Promise<number> {
  const planned = (await target.invoke(RECONCILER, { dryRun: true })) as Planned;
  switch (command) {
    case 'list':
      return list(planned, json, print);
    case 'plan':
      if (json) print(JSON.stringify(planned.plan));
      else for (const line of planLines(planned.plan)) print(line);
      if (isStuck(planned.plan)) return 1;
      return pending(planned.plan.actions).length > 0 ? 2 : 0;
    case 'apply':
      return apply(target, planned.plan, json, print);
  }
}

/** Somebody has to decide: no run makes it as declared. */
const isStuck = ({ actions, limitError }: Plan): boolean =>
  limitError !== undefined || actions.some(({ type }) => type === 'conflict');

async function apply(
  { invoke }: Pick<Target, 'invoke'>,
  plan: Plan,
  json: boolean,
  print: (line: string) => void,
): Promise<number> {
  if (!json) for (const line of planLines(plan)) print(line);
  const result = (await invoke(RECONCILER, {})) as Reconciled;
  if (json) print(JSON.stringify(result));
  else for (const line of resultLines(result)) print(line);
  const conflicts = 'subscriptions' in result ? (result.subscriptions?.conflicts ?? 0) : 0;
  return result.status === 'done' && conflicts === 0 ? 0 : 1;
}

function resultLines(result: Reconciled): string[] {
  if (result.status === 'busy') return ['another run is under way and does the same; try again in a minute'];
  const { subscriptions, webhooksRegistered, errors } = result;
  const lines = errors.map((error) => `! ${error}`);
  if (webhooksRegistered > 0) lines.push(`${webhooksRegistered} webhooks registered`);
  if (subscriptions === null) return [...lines, 'failed; the relay tries again every 5 minutes'];
  const { created, updated, deleted, kept, failed, conflicts, active, notActive, limitError } = subscriptions;
  if (limitError !== undefined) lines.push(`! ${limitError}`);
  lines.push(`${created} created, ${updated} updated, ${deleted} deleted, ${kept} in place; ${active} active`);
  if (notActive > 0) lines.push(`${notActive} not active yet`);
  if (conflicts > 0) lines.push(`${conflicts} not created: CXone has foreign ones of that name`);
  if (failed > 0) lines.push(`${failed} failed; the function's log says why, and the next run tries again`);
  return lines;
}

function list({ listed }: Planned, json: boolean, print: (line: string) => void): number {
  for (const subscription of listed.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const { name, id, eventType, state, standing } = subscription;
    if (json) print(JSON.stringify(subscription));
    else print([standing.padEnd(10), (state ?? 'unknown').padEnd(8), eventType, name, `(${id})`].join('  '));
  }
  const count = (standing: ListedSubscription['standing']) => listed.filter((one) => one.standing === standing).length;
  if (!json) {
    const [declared, undeclared, foreign] = [count('declared'), count('undeclared'), count('foreign')];
    print(`${listed.length} in CXone: ${declared} declared, ${undeclared} undeclared, ${foreign} foreign`);
  }
  return 0;
}
