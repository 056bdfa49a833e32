import type { ListedSubscription } from '../../lib/subscriptions/listed.ts';
import type { Plan } from '../../lib/subscriptions/plan.ts';
import type { ReconcileResult } from '../../lib/subscriptions/reconcile.ts';
import type { Output } from '../shared/output.ts';
import type { Target } from '../shared/target.ts';

/** What the reconciler answers to a dry run. */
interface Planned {
  plan: Plan;
  listed: ListedSubscription[];
}

/** What it answers to a run. */
export type Reconciled =
  | { status: 'busy' }
  | {
      status: 'done' | 'failed';
      webhooksRegistered: number;
      errors: string[];
      subscriptions: ReconcileResult | null;
    };

const RECONCILER = 'subscription-reconciler';

/** Asks CXone, changes nothing. */
export function dryRun({ invoke }: Pick<Target, 'invoke'>, output: Output): Promise<Planned> {
  output.progress('comparing with CXone');
  return invoke(RECONCILER, { dryRun: true }) as Promise<Planned>;
}

export function reconcile({ invoke }: Pick<Target, 'invoke'>, output: Output): Promise<Reconciled> {
  output.progress('reconciling');
  return invoke(RECONCILER, {}) as Promise<Reconciled>;
}
