import { createHmac } from 'node:crypto';
import { eventually } from './eventually.ts';
import { type RelayProcess, SECRET } from './relay-process.ts';

export interface WebhookAnswer {
  status: number;
  json: Record<string, unknown>;
}

export const sign = (body: string | Buffer) => `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;

/** One signed webhook, its bytes as given. */
export async function send(relay: RelayProcess, body: string, path = '/cxone/events'): Promise<WebhookAnswer> {
  const headers = { 'content-type': 'application/json', 'x-cxone-signature': sign(body) };
  const response = await fetch(relay.url + path, { method: 'POST', headers, body });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

/** Until the events queue is empty, and every metric line of it has been counted. */
export async function settled(relay: RelayProcess, withinMs?: number): Promise<void> {
  await eventually(
    async () => {
      const { queues } = await relay.state();
      return queues.events.visible === 0 && queues.events.inFlight === 0;
    },
    () => relay.state(),
    withinMs,
    200,
  );
}
