import { createHash } from 'node:crypto';
import { type CxoneClient, CxoneError, type CxoneFailure } from '../cxone/types.ts';
import { type RemoteSubscription, remoteSubscriptionSchema, type SubscriptionPayload } from './remote.ts';

export interface DeliveryStatus {
  state: string;
  lastDeliveryError: string | undefined;
}

/** CXone's EventBridge subscriptions (contract §7). Rejects with CxoneError. */
export interface SubscriptionApi {
  /** All pages, in any of the forms of the list answer. */
  list(deadlineMs: number): Promise<RemoteSubscription[]>;
  create(payload: SubscriptionPayload, idempotencyKey: string, deadlineMs: number): Promise<RemoteSubscription>;
  update(id: string, payload: SubscriptionPayload, idempotencyKey: string, deadlineMs: number): Promise<void>;
  /** One that is gone already counts as deleted. */
  delete(id: string, idempotencyKey: string, deadlineMs: number): Promise<void>;
  deliveryStatus(id: string, deadlineMs: number): Promise<DeliveryStatus>;
  /** The key of an operation: what is written, and its number (contract §7). */
  idempotencyKey(
    action: 'create' | 'update' | 'delete',
    id: string | undefined,
    payload: unknown,
    operation: number,
  ): string;
}

const CLIENT_NAME = 'cxone-relay';
/** More pages than 100 subscriptions can fill: a `nextPage` that leads in a circle must end. */
const MAX_PAGES = 200;
const METHOD = { create: 'POST', update: 'PUT', delete: 'DELETE' } as const;

export function createSubscriptionApi(client: CxoneClient, basePath: string): SubscriptionApi {
  const pathOf = (id: string | undefined) => (id === undefined ? basePath : `${basePath}/${encodeURIComponent(id)}`);
  const headers = (key: string) => ({ 'X-Genesys-Client-Name': CLIENT_NAME, 'Idempotency-Key': key });

  return {
    async list(deadlineMs) {
      const found = new Map<string, RemoteSubscription>(); // pages overlap when someone writes meanwhile
      const seen = new Set<string>();
      let next: string | undefined = basePath;
      while (next !== undefined) {
        if (seen.has(next) || seen.size >= MAX_PAGES) throw unreadable('the pages of the list never end', next);
        seen.add(next);
        const { body } = await client.request({ method: 'GET', path: next, deadlineMs });
        const page = readPage(body);
        for (const one of page.items.map((item) => readSubscription(item))) found.set(one.id, one);
        next = page.nextPage?.startsWith('?') ? `${basePath}${page.nextPage}` : page.nextPage;
      }
      return [...found.values()];
    },
    async create(payload, key, deadlineMs) {
      const { body } = await client.request({
        method: 'POST',
        path: basePath,
        json: payload,
        headers: headers(key),
        deadlineMs,
      });
      return readSubscription(body, 'unknown'); // it may be there, though nobody knows as what
    },
    async update(id, payload, key, deadlineMs) {
      await client.request({ method: 'PUT', path: pathOf(id), json: payload, headers: headers(key), deadlineMs });
    },
    async delete(id, key, deadlineMs) {
      try {
        await client.request({ method: 'DELETE', path: pathOf(id), headers: headers(key), deadlineMs });
      } catch (error) {
        if (!(error instanceof CxoneError && error.status === 404)) throw error;
      }
    },
    async deliveryStatus(id, deadlineMs) {
      const { body } = await client.request({
        method: 'GET',
        path: `${pathOf(id)}/delivery-status`,
        attempts: 1,
        deadlineMs,
      });
      const { state, lastDeliveryError } = (body ?? {}) as Record<string, unknown>;
      return {
        state: typeof state === 'string' ? state : 'unknown',
        lastDeliveryError:
          typeof lastDeliveryError === 'string' && lastDeliveryError !== '' ? lastDeliveryError : undefined,
      };
    },
    idempotencyKey(action, id, payload, operation) {
      const text = [METHOD[action], pathOf(id), canonicalJson(payload), operation].join('\n');
      return createHash('sha256').update(text).digest('hex');
    },
  };
}

/** A bare array, or `{items|subscriptions|entities: […], nextPage?}`. */
function readPage(body: unknown): { items: unknown[]; nextPage: string | undefined } {
  if (Array.isArray(body)) return { items: body, nextPage: undefined };
  const page = (body ?? {}) as Record<string, unknown>;
  const items = page.items ?? page.subscriptions ?? page.entities;
  if (!Array.isArray(items)) throw unreadable('the list of subscriptions has none of the known forms', body);
  return { items, nextPage: readNextPage(page.nextPage) };
}

/** Nothing, or a URL or path; whatever else it is may lead to more subscriptions. */
function readNextPage(nextPage: unknown): string | undefined {
  if (nextPage === undefined || nextPage === null || nextPage === false || nextPage === '') return undefined;
  if (typeof nextPage === 'string') return nextPage;
  throw unreadable('nextPage is neither a URL nor a path', nextPage);
}

function readSubscription(body: unknown, failure?: CxoneFailure): RemoteSubscription {
  const result = remoteSubscriptionSchema.safeParse(body);
  if (!result.success) throw unreadable('a subscription without a usable id', body, failure);
  return result.data;
}

/** An answer that cannot be read must stop the run: planning on half a list would create everything twice. */
function unreadable(what: string, body: unknown, failure: CxoneFailure = 'failed'): CxoneError {
  return new CxoneError(failure, `CXone's answer cannot be read: ${what}`, { body });
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([k, v]) => `${JSON.stringify(k)}:${canonicalJson(v)}`)
    .join(',')}}`;
}
