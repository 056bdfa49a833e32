import type { CxoneClient } from '../../lib/cxone/types.ts';
import type { AuditTrail } from '../../lib/platform/audit-port.ts';
import type { Clock } from '../../lib/platform/clock.ts';
import { codeOf, messageOf, UnavailableError } from '../../lib/platform/errors.ts';
import type { HeldLease } from '../../lib/platform/lease.ts';
import type { Log } from '../../lib/platform/logging.ts';
import type { Metrics } from '../../lib/platform/metrics.ts';
import type { SubscriptionApi } from '../../lib/subscriptions/api.ts';
import type { ControlStore } from '../../lib/subscriptions/control.ts';
import type { DesiredSubscription } from '../../lib/subscriptions/desired.ts';
import type { ListedSubscription } from '../../lib/subscriptions/listed.ts';
import type { Plan } from '../../lib/subscriptions/plan.ts';
import { planNow, type ReconcileResult, reconcile } from '../../lib/subscriptions/reconcile.ts';
import type { RegistrySync } from '../../lib/subscriptions/registry-sync.ts';
import {
  desiredRegistrations,
  ensureRegistered,
  type Registration,
  type WebhookSecrets,
  type WebhookSettings,
} from '../../lib/subscriptions/webhooks.ts';

export interface SubscriptionReconcilerDeps {
  stage: string;
  desired: readonly DesiredSubscription[];
  prune: boolean;
  webhooks: WebhookSettings;
  webhookSecrets(): Promise<WebhookSecrets>;
  client: CxoneClient;
  api: SubscriptionApi;
  control: ControlStore;
  audit: AuditTrail;
  /** Undefined: no registry is configured. */
  registry: ((deadlineMs: number) => RegistrySync) | undefined;
  /** Undefined while another run holds it. */
  acquireLease(durationMs: number): Promise<HeldLease | undefined>;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

export interface ReconcilerEvent {
  /** Answers the real plan and what CXone has, and changes nothing. */
  dryRun?: boolean;
}

export interface ReconcilerContext {
  getRemainingTimeInMillis(): number;
}

export type ReconcilerResult =
  | { status: 'done' | 'failed'; webhooksRegistered: number; errors: string[]; subscriptions: ReconcileResult | null }
  | { status: 'busy' }
  | { status: 'planned'; plan: Plan; listed: ListedSubscription[] };

/** Kept back for the last audit record, the lease and the answer. */
const RESERVE_MS = 5000;
/** The lease outlasts the run, whatever its time-out is, by more than clocks differ. */
const LEASE_SPARE_MS = 15_000;

/** Keeps CXone's webhooks and subscriptions as the stage file declares them (guarantee 8). One run at a time, by lease. */
export function createHandler(deps: SubscriptionReconcilerDeps) {
  return async (event: ReconcilerEvent | undefined, context: ReconcilerContext): Promise<ReconcilerResult> => {
    const timeMs = context.getRemainingTimeInMillis();
    const deadlineMs = deps.clock.nowMs() + timeMs - RESERVE_MS;
    if (event?.dryRun === true) {
      const { listed, ...plan } = await planNow({ ...deps, deadlineMs });
      return { status: 'planned', plan, listed };
    }

    const lease = await deps.acquireLease(timeMs + LEASE_SPARE_MS);
    if (!lease) {
      deps.log.info('another reconcile is under way; this one does nothing');
      return { status: 'busy' };
    }
    try {
      return await runOnce({ ...deps, ensureLease: () => ensure(lease) }, deadlineMs);
    } finally {
      await lease.release();
    }
  };
}

type RunDeps = SubscriptionReconcilerDeps & { ensureLease(): Promise<void> };

/** Before each write to CXone: a run that stalled for longer than its lease must not undo what its successor does. */
async function ensure(lease: HeldLease): Promise<void> {
  if (await lease.renew()) return;
  throw new UnavailableError('lease-lost', 'this run stalled and another has taken its lease; it writes nothing more');
}

async function runOnce(deps: RunDeps, deadlineMs: number): Promise<ReconcilerResult> {
  const faults: unknown[] = [];
  const webhooksRegistered = await registerWebhooks(deps, deadlineMs, faults);
  let subscriptions: ReconcileResult | null = null;
  try {
    subscriptions = await reconcile({ ...deps, registry: deps.registry?.(deadlineMs), deadlineMs });
  } catch (error) {
    faults.push(error);
  }
  report(deps, webhooksRegistered, subscriptions, faults);
  const failed = faults.length > 0 || (subscriptions?.failed ?? 0) > 0;
  return { status: failed ? 'failed' : 'done', webhooksRegistered, errors: faults.map(messageOf), subscriptions };
}

async function registerWebhooks(deps: RunDeps, deadlineMs: number, faults: unknown[]): Promise<number> {
  let registered = 0;
  const register = async (registration: Registration): Promise<void> => {
    if (await ensureRegistered(deps, registration, deadlineMs)) registered++;
  };
  const note = (error: unknown): void => void faults.push(error); // the others and the subscriptions are tried all the same
  try {
    for (const one of desiredRegistrations(deps.webhooks, await deps.webhookSecrets())) await register(one).catch(note);
  } catch (error) {
    note(error);
  }
  return registered;
}

/** One line a run; while CXone is away that one line is an error, and the next run tries again. */
function report(
  { log, metrics }: SubscriptionReconcilerDeps,
  webhooksRegistered: number,
  subscriptions: ReconcileResult | null,
  faults: unknown[],
): void {
  const facts = { webhooksRegistered, ...subscriptions };
  if (faults.length === 0) log.info('reconciled', facts);
  else
    log.error('reconcile incomplete; the next run tries again', {
      ...facts,
      codes: faults.map(codeOf),
      errors: faults.map(messageOf),
    });
  metrics.add('ReconcileFailures', faults.length > 0 || (subscriptions?.failed ?? 0) > 0 ? 1 : 0);
  if (subscriptions) {
    metrics.add('SubscriptionsActive', subscriptions.active);
    metrics.add('SubscriptionsNotActive', subscriptions.notActive + subscriptions.conflicts);
    const writes = subscriptions.created + subscriptions.updated + subscriptions.deleted;
    if (writes > 0) metrics.add('SubscriptionWrites', writes);
  }
}
