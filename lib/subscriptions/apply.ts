import { CxoneError } from '../cxone/types.ts';
import type { AuditTrail } from '../platform/audit-port.ts';
import { codeOf, messageOf } from '../platform/errors.ts';
import type { SubscriptionApi } from './api.ts';
import type { ControlStore, SubscriptionControl } from './control.ts';
import type { PlannedAction } from './plan.ts';

export interface ApplySettings {
  api: SubscriptionApi;
  control: ControlStore;
  audit: AuditTrail;
}

export type Write = Extract<PlannedAction, { type: 'create' | 'update' | 'delete' }>;

export interface ActionResult {
  action: Write;
  /** Undefined when the write was confirmed. */
  error?: unknown;
  /** The refusal concerns every call (credentials, scope): the others need not be tried. */
  fatal?: boolean;
}

const OPERATION = { create: 'POST subscription', update: 'PUT subscription', delete: 'DELETE subscription' } as const;

/**
 * One planned write: intent audited, number marked open, sent, outcome audited, number raised.
 *
 *   open(n) ──▶ send with key(n) ──▶ answer ──▶ closed, n + 1
 *        └─ died or time-out here: n stays open, the next run's retry shares key(n) and CXone applies it once;
 *           when the next run finds the write in place, it closes n (`closeOpen`), so that the same repair later is a new one.
 */
export async function applyAction(settings: ApplySettings, action: Write, deadlineMs: number): Promise<ActionResult> {
  const { api, control, audit } = settings;
  const memory = await control.subscription(action.name);
  const id = action.type === 'create' ? undefined : action.id;
  const payload = action.type === 'delete' ? null : action.payload;
  const idempotencyKey = api.idempotencyKey(action.type, id, payload, memory.operation);
  const operation = OPERATION[action.type];

  await audit.append({
    operation,
    subject: id ?? 'unknown',
    status: 'intent',
    details: { idempotencyKey, name: action.name },
  });
  await control.putSubscription({ ...memory, open: true });
  try {
    const subscriptionId = await send(api, action, idempotencyKey, deadlineMs);
    await audit.append({
      operation,
      subject: subscriptionId,
      status: 'success',
      details: { idempotencyKey, name: action.name },
    });
    await control.putSubscription(afterConfirmed(memory, action, subscriptionId));
    return { action };
  } catch (error) {
    const answered = error instanceof CxoneError && error.failure !== 'unknown';
    await audit.append({
      operation,
      subject: id ?? 'unknown',
      status: answered ? 'failure' : 'unknown',
      details: {
        idempotencyKey,
        name: action.name,
        statusCode: statusOf(error),
        code: codeOf(error),
        message: messageOf(error).slice(0, 512),
      },
    });
    // A refusal is an answer: CXone would replay it to the same key, though the cause may have been mended since.
    if (error instanceof CxoneError && error.failure === 'refused') {
      await control.putSubscription({ ...memory, operation: memory.operation + 1, open: false });
    }
    const fatal = error instanceof CxoneError && (error.failure === 'unauthorized' || error.failure === 'forbidden');
    return { action, error, fatal };
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
  if (action.type === 'delete') return { ...confirmed, subscriptionId, state: 'deleted' };
  return { ...confirmed, subscriptionId, state: null }; // active again only once CXone says so
}

function statusOf(error: unknown): number | null {
  return error instanceof CxoneError ? (error.status ?? null) : null;
}
