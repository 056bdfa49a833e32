import { isObject } from './api.ts';

const EVENT_TYPES = ['contact.created', 'contact.updated', 'interaction.completed', 'queue.event'];
const MAX_ENDPOINTS = 10;

/** Why CXone refuses the payload; undefined when it does not. */
export function subscriptionFault(body: unknown): string | undefined {
  if (!isObject(body)) return 'a JSON object is needed';
  if (typeof body.name !== 'string' || body.name === '') return 'name: is missing';
  if (!EVENT_TYPES.includes(String(body.eventType))) return `eventType: ${String(body.eventType)} is unknown`;
  const endpoints = body.endpoints;
  if (!Array.isArray(endpoints) || endpoints.length < 1 || endpoints.length > MAX_ENDPOINTS)
    return `endpoints: 1 to ${MAX_ENDPOINTS} are needed`;
  for (const endpoint of endpoints) {
    if (!isObject(endpoint) || !/^https?:\/\/[^/]/.test(String(endpoint.url))) return 'endpoints: a URL is wrong';
    if (endpoint.type !== 'webhook' && endpoint.type !== 'queue') return 'endpoints: type must be webhook or queue';
  }
  const retry = body.retryConfiguration;
  if (
    isObject(retry) &&
    retry.backoffStrategy !== undefined &&
    !/^(exponential|linear)$/.test(String(retry.backoffStrategy))
  )
    return 'retryConfiguration.backoffStrategy: must be exponential or linear';
  return undefined;
}

/**
 * How CXone keeps what it was given: defaults filled in, lists in its own order, fields of its own added. None of that is a
 * change to whoever compares.
 */
export function storedFields(body: Record<string, unknown>, nowMs: number, version: number): Record<string, unknown> {
  const retry = isObject(body.retryConfiguration) ? body.retryConfiguration : {};
  const deadLetterQueue = isObject(body.deadLetterQueue) ? body.deadLetterQueue : {};
  return {
    ...body,
    description: body.description ?? '',
    filters: reordered(body.filters).map((filter) => (isObject(filter) ? { caseSensitive: false, ...filter } : filter)),
    endpoints: reordered(body.endpoints).map((one) => (isObject(one) ? { ...one, status: 'ok', headers: {} } : one)),
    deadLetterQueue: { enabled: false, retentionDays: 7, ...deadLetterQueue },
    retryConfiguration: {
      maxRetries: 5,
      backoffStrategy: 'exponential',
      initialDelayMs: 1000,
      maxDelayMs: 10_000,
      ...retry,
    },
    version,
    modifiedDate: new Date(nowMs).toISOString(),
    organizationId: 'organisation-1',
    selfUri: '/api/v2/eventbridge/subscriptions',
  };
}

const reordered = (list: unknown): unknown[] => (Array.isArray(list) ? [...list].reverse() : []);
