import { createHmac } from 'node:crypto';
import * as z from 'zod/mini';
import { isObject } from './api.ts';
import type { SimulatorState } from './state.ts';

/** Where to, when it is not to go to what was registered; with a secret it is signed in `header`. */
export const deliveryTargetSchema = z.strictObject({
  url: z.string(),
  secret: z.optional(z.string()),
  header: z.optional(z.enum(['x-cxone-signature', 'x-nice-signature'])),
});
export type DeliveryTarget = z.output<typeof deliveryTargetSchema>;

/** What the receiver answered; status 0: it could not be reached. The URL is without its query, where the url-token is. */
export interface Delivery {
  url: string;
  status: number;
  body: unknown;
}

const DELIVERY_TIMEOUT_MS = 10_000;

/** One POST of `event` to each registration that asked for its type, signed where the registration has a secret. */
export async function deliver(event: unknown, state: SimulatorState, target?: DeliveryTarget): Promise<Delivery[]> {
  const body = JSON.stringify(event);
  const targets = target === undefined ? registeredFor(event, state) : [target];
  return Promise.all(targets.map((one) => post(body, one)));
}

function registeredFor(event: unknown, state: SimulatorState): DeliveryTarget[] {
  const type = typeOf(event);
  return [...state.eventRegistrations.values(), ...state.webhooks.values()]
    .filter(({ eventTypes }) => type !== undefined && eventTypes.includes(type))
    .map(({ url, secret }) => (secret === null ? { url } : { url, secret, header: 'x-nice-signature' }));
}

/** 001's updates carry no type; they are `data.action.updated` (contract §1). */
function typeOf(event: unknown): string | undefined {
  if (!isObject(event)) return undefined;
  if (typeof event.eventType === 'string') return event.eventType;
  return event.dataActionId === undefined ? undefined : 'data.action.updated';
}

async function post(body: string, { url, secret, header = 'x-cxone-signature' }: DeliveryTarget): Promise<Delivery> {
  const signature = secret === undefined ? undefined : createHmac('sha256', secret).update(body).digest('hex');
  const shown = url.split('?', 1)[0] ?? url;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(signature === undefined ? {} : { [header]: signature }) },
      body,
      signal: AbortSignal.timeout(DELIVERY_TIMEOUT_MS),
    });
    const text = await response.text();
    return { url: shown, status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
  } catch (error) {
    return { url: shown, status: 0, body: error instanceof Error ? error.message : 'failed' };
  }
}
