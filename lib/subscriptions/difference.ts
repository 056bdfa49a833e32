import type { RemoteSubscription, SubscriptionPayload } from './remote.ts';

/** One field that is not as declared. */
export interface FieldChange {
  path: string;
  from: unknown;
  to: unknown;
}

/**
 * What has to change in `remote` to be as `payload` says. Only declared fields count: defaults that CXone fills in, fields
 * it adds, lists it reorders and values it spells in another way (see `spelling`) are no change, or a plan would never settle.
 */
export function differences(remote: RemoteSubscription, payload: SubscriptionPayload): FieldChange[] {
  return [
    ...scalar('name', remote.name, payload.name),
    ...scalar('description', remote.description, payload.description),
    ...scalar('eventType', remote.eventType, payload.eventType),
    ...unordered('filters', remote.filters, payload.filters),
    ...unordered('endpoints', remote.endpoints, payload.endpoints),
    ...deadLetterQueue(remote.deadLetterQueue, payload.deadLetterQueue),
    ...declaredFields('retryConfiguration', remote.retryConfiguration, payload.retryConfiguration),
  ];
}

function scalar(path: string, from: unknown, to: unknown): FieldChange[] {
  return spelling(from) === spelling(to) ? [] : [{ path, from: from ?? null, to }];
}

/** One text for what is one value: 5 and "5", true and "true", text with blanks around it, a URL in its normal form. */
function spelling(value: unknown): string {
  if (typeof value !== 'string') return typeof value === 'object' ? JSON.stringify(value) : String(value);
  const text = value.trim();
  return /^https?:/i.test(text) && URL.canParse(text) ? new URL(text).href : text;
}

/** Lists of flat objects as multisets, each object reduced to the fields that the declaration knows. */
function unordered(
  path: string,
  from: readonly Record<string, unknown>[],
  to: readonly Record<string, unknown>[],
): FieldChange[] {
  const fields = [...new Set(to.flatMap((item) => Object.keys(item)))].sort();
  const reduce = (item: Record<string, unknown>) =>
    Object.fromEntries(fields.map((field) => [field, item[field] ?? null]));
  const texts = (items: readonly Record<string, unknown>[]) =>
    items.map((item) => JSON.stringify(fields.map((field) => spelling(item[field])))).sort();
  if (fields.length === 0) return from.length === 0 ? [] : [{ path, from, to }];
  return texts(from).join() === texts(to).join() ? [] : [{ path, from: from.map(reduce), to }];
}

/** A queue that is switched off may have whatever else CXone remembers of it. */
function deadLetterQueue(from: Record<string, unknown>, to: SubscriptionPayload['deadLetterQueue']): FieldChange[] {
  if (!to.enabled)
    return spelling(from.enabled) === 'true' ? [{ path: 'deadLetterQueue.enabled', from: true, to: false }] : [];
  return declaredFields('deadLetterQueue', from, to);
}

function declaredFields(path: string, from: Record<string, unknown>, to: Record<string, unknown>): FieldChange[] {
  return Object.entries(to).flatMap(([field, value]) =>
    value === undefined ? [] : scalar(`${path}.${field}`, from[field], value),
  );
}
