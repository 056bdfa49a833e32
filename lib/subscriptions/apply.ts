import { CxoneError } from '../cxone/types.ts';
import type { AuditTrail } from '../platform/audit-port.ts';
import type { SubscriptionApi } from './api.ts';
import { auditedFailure } from './audited-failure.ts';
import type { ControlStore, SubscriptionControl } from './control.ts';
import type { PlannedAction } from './plan.ts';

export interface ApplySettings {
  api: SubscriptionApi;
  control: ControlStore;
  audit: AuditTrail;
  /** Asked before each write. Rejects when another run has taken over: then nothing more may be written. */
  ensureLease(): Promise<void>;
}

export type Write = Extract<PlannedAction, { type: 'create' | 'update' | 'delete' }>;

export interface ActionResult {
  action: Write;
  /** Undefined when the write was confirmed and is remembered. */
  error?: unknown;
  /** The refusal concerns every call (credentials, scope): the others need not be tried. */
  fatal?: boolean;
}

const OPERATION = { create: 'POST subscription', update: 'PUT subscription', delete: 'DELETE subscription' } as const;

/**
 * One planned write: intent audited, number marked open, sent, outcome audited, number raised.
 *
 *   open(n) ──▶ send with key(n) ──▶ answer ──▶ closed, n + 1
 *        └─ died, time-out or nothing remembered here: n stays open, the next run's retry shares key(n) and CXone applies it once;
 *           when the next run finds the write in place, it closes n (`closeOpen`), so that the same repair later is a new one.
 */
export async function applyAction(settings: ApplySettings, action: Write, deadlineMs: number): Promise<ActionResult> {
  const { api, control, audit } = settings;
  await settings.ensureLease();
  const memory = await control.subscription(action.name);
  const id = action.type === 'create' ? undefined : action.id;
  const payload = action.type === 'delete' ? null : action.payload;
  const idempotencyKey = api.idempotencyKey(action.type, id, payload, memory.operation);
  const operation = OPERATION[action.type];
  const facts = { idempotencyKey, name: action.name };

  await audit.append({ operation, subject: id ?? 'unknown', status: 'intent', details: facts });
  await control.putSubscription({ ...memory, open: true });
  const sent = await outcomeOfSend(api, action, idempotencyKey, deadlineMs);
  if ('error' in sent) {
    const { error } = sent;
    const { status, details } = auditedFailure(error);
    await audit.append({ operation, subject: id ?? 'unknown', status, details: { ...facts, ...details } });
    // A refusal is an answer: CXone would replay it to the same key, though the cause may have been mended since.
    if (error instanceof CxoneError && error.failure === 'refused') {
      await control.putSubscription({ ...memory, operation: memory.operation + 1, open: false });
    }
    const fatal = error instanceof CxoneError && (error.failure === 'unauthorized' || error.failure === 'forbidden');
    return { action, error, fatal };
  }
  const { subscriptionId } = sent;
  try {
    await audit.append({ operation, subject: subscriptionId, status: 'success', details: facts });
    await control.putSubscription(afterConfirmed(memory, action, subscriptionId));
    return { action };
  } catch (error) {
    return { action, error }; // CXone has it; what is lacking here is no failure of the write
  }
}

/** A kept subscription whose last operation never got its answer: reading it as declared is the confirmation. */
export async function closeOpen(
  control: ControlStore,
  memory: SubscriptionControl,
  subscriptionId: string,
): Promise<SubscriptionControl> {
  const closed = { ...memory, subscriptionId, operation: memory.operation + 1, open: false };
  await control.putSubscription(closed);
  return closed;
}

async function outcomeOfSend(
  api: SubscriptionApi,
  action: Write,
  key: string,
  deadlineMs: number,
): Promise<{ subscriptionId: string } | { error: unknown }> {
  try {
    return { subscriptionId: await send(api, action, key, deadlineMs) };
  } catch (error) {
    return { error };
  }
}

async function send(api: SubscriptionApi, action: Write, key: string, deadlineMs: number): Promise<string> {
  switch (action.type) {
    case 'create':
      return (await api.create(action.payload, key, deadlineMs)).id;
    case 'update':
      await api.update(action.id, action.payload, key, deadlineMs);
      return action.id;
    case 'delete':
      await api.delete(action.id, key, deadlineMs);
      return action.id;
  }
}

function afterConfirmed(memory: SubscriptionControl, action: Write, subscriptionId: string): SubscriptionControl {
  const confirmed = { ...memory, operation: memory.operation + 1, open: false };
  if (action.type !== 'delete') return { ...confirmed, subscriptionId, state: null }; // active again only once CXone says so
  if (memory.subscriptionId !== subscriptionId) return confirmed; // a second one of this name: the first lives on
  return { ...confirmed, state: 'deleted', toldId: null, toldState: null }; // the registry's share is an owed deletion
}
