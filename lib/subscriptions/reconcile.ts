import type { Clock } from '../platform/clock.ts';
import { codeOf, messageOf } from '../platform/errors.ts';
import type { Log } from '../platform/logging.ts';
import { type ApplySettings, applyAction, type Write } from './apply.ts';
import type { DesiredSubscription } from './desired.ts';
import { type ListedSubscription, listed } from './listed.ts';
import { type OwedDeletionsSettings, oweDeletion, tellDeletions } from './owed-deletions.ts';
import { type Plan, type PlannedAction, pending, plan } from './plan.ts';
import { watchDelivery } from './watch-delivery.ts';

export interface ReconcileSettings extends ApplySettings, OwedDeletionsSettings {
  stage: string;
  desired: readonly DesiredSubscription[];
  prune: boolean;
  clock: Clock;
  random?: () => number;
  /** No write begins and no poll waits beyond this (epoch ms). */
  deadlineMs: number;
}

export interface ReconcileResult {
  created: number;
  updated: number;
  deleted: number;
  kept: number;
  /** Not as declared after the run: refused, or no time was left. */
  failed: number;
  conflicts: number;
  /** Declared ones that deliver, and those that do not (yet), or that no time was left to look at. */
  active: number;
  notActive: number;
  limitError?: string;
}

/** Reads CXone and answers what it has and what would be done; the whole of a dry run. */
export async function planNow(
  settings: Pick<ReconcileSettings, 'api' | 'control' | 'stage' | 'desired' | 'prune' | 'deadlineMs'>,
): Promise<Plan & { listed: ListedSubscription[] }> {
  const { stage, desired, prune } = settings;
  const actual = await settings.api.list(settings.deadlineMs);
  const planned = plan({ stage, desired, actual, prune, remembered: await rememberedIds(settings) });
  return { ...planned, listed: listed(actual, planned.actions, desired, stage) };
}

async function rememberedIds({
  control,
  desired,
}: Pick<ReconcileSettings, 'control' | 'desired'>): Promise<Map<string, string>> {
  const memories = await Promise.all(desired.map(({ name }) => control.subscription(name)));
  return new Map(memories.flatMap(({ name, subscriptionId: id }) => (id === null ? [] : [[name, id] as const])));
}

/**
 * Makes CXone's subscriptions as declared (guarantee 8). One that fails does not stop the others; a refusal that concerns
 * every call does. With nothing to do: one pass over the list, and a look at each that is not known to be active.
 */
export async function reconcile(settings: ReconcileSettings): Promise<ReconcileResult> {
  const { clock, log, deadlineMs } = settings;
  const first = await planNow(settings);
  const result = emptyResult();
  if (first.limitError !== undefined) {
    log.error('nothing was changed', { reason: first.limitError });
    return { ...result, failed: pending(first.actions).length, limitError: first.limitError };
  }

  const writes = pending(first.actions) as Write[];
  const failed = await applyAll(settings, writes, result);
  // reading back would only fail now, and what was written would be told to nobody
  if (writes.length > 0 && clock.nowMs() >= deadlineMs) return { ...result, notActive: settings.desired.length };
  const settled = writes.length === 0 ? first : await planNow(settings); // read back what was written
  for (const action of settled.actions) if (action.type === 'conflict') reportConflict(log, action, result);
  const unsettled = pending(settled.actions).filter(({ name }) => !failed.has(name));
  for (const { name, reason } of unsettled)
    log.error('subscription is still not as declared after its write', { name, reason });
  result.failed += unsettled.length;
  await watchDelivery(settings, settled.actions, result);
  await tellDeletions(settings, (id) => settled.listed.some((one) => one.id === id));
  return result;
}

const emptyResult = (): ReconcileResult => ({
  created: 0,
  updated: 0,
  deleted: 0,
  kept: 0,
  failed: 0,
  conflicts: 0,
  active: 0,
  notActive: 0,
});

const COUNTER = { create: 'created', update: 'updated', delete: 'deleted' } as const;

async function applyAll(
  settings: ReconcileSettings,
  writes: readonly Write[],
  result: ReconcileResult,
): Promise<Set<string>> {
  const { clock, log, deadlineMs } = settings;
  const failed = new Set<string>();
  for (const [index, action] of writes.entries()) {
    if (clock.nowMs() >= deadlineMs) {
      const left = writes.length - index;
      log.warn('time is up; the rest follows in the next run', { left });
      result.failed += left;
      break;
    }
    if (action.type === 'delete') await oweDeletion(settings, action.id);
    const { error, fatal } = await applyAction(settings, action, deadlineMs);
    const facts = { action: action.type, name: action.name, reason: action.reason };
    if (error === undefined) {
      result[COUNTER[action.type]]++;
      log.info('subscription changed', facts);
      continue;
    }
    failed.add(action.name);
    result.failed++;
    log.error('subscription could not be changed', { ...facts, code: codeOf(error), error: messageOf(error) });
    if (fatal === true) throw error;
  }
  return failed;
}

function reportConflict(log: Log, { name, reason }: PlannedAction, result: ReconcileResult): void {
  result.conflicts++;
  log.error('subscription not created', { name, reason });
}
