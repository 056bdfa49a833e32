import { isUtf8 } from 'node:buffer';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startQueue } from './support/events-queue.ts';
import { signed, unsigned } from './support/garbage.ts';
import { receiver } from './support/receiver.ts';

let queue: Awaited<ReturnType<typeof startQueue>>;
beforeAll(async () => {
  queue = await startQueue();
});
afterAll(() => queue.close());

/** A second opinion, much shorter than the first: may this body be an event at all? */
function mayBeEvent(body: string | Uint8Array | undefined): boolean {
  const bytes = Buffer.from(body ?? '');
  if (!isUtf8(bytes)) return false;
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(bytes.toString());
  } catch {
    return false;
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return false;
  const routed = [json.actionType, json.eventType].some(
    (type) => type === 'QUEUE_TRANSFER' || type === 'DATA_ACTION_TRIGGERED',
  );
  return routed || json.eventName === 'optOut' || typeof json.interactionId === 'string';
}

it('takes no unsigned garbage, and breaks on none', async () => {
  const { post } = receiver(queue);
  await fc.assert(
    fc.asyncProperty(unsigned, async (request) => {
      const { status, headers } = await post(request);
      expect([401, 404, 405, 413]).toContain(status);
      expect(headers['content-type']).toBe('application/problem+json');
    }),
    { numRuns: 1000 },
  );
  expect(await queue.messages()).toEqual([]);
}, 120_000);

it('takes of signed garbage what is an event, and breaks on nothing', async () => {
  const { post, log } = receiver(queue);
  const eventIds = new Set<unknown>();
  await fc.assert(
    fc.asyncProperty(signed, async (request) => {
      const { status, headers, json } = await post(request);
      expect([202, 400, 413]).toContain(status);
      expect(headers['content-type']).toBe(status === 202 ? 'application/json' : 'application/problem+json');
      if (status !== 202) return;
      expect(mayBeEvent(request.body)).toBe(true);
      eventIds.add(json.eventId);
    }),
    { numRuns: 1500 },
  );
  const queued = (await queue.messages()).map(({ deduplicationId }) => deduplicationId);
  expect(new Set(queued)).toEqual(eventIds);
  expect(queued).toHaveLength(eventIds.size);
  expect(log.lines.every(({ level }) => level !== 'error')).toBe(true);
}, 120_000);
