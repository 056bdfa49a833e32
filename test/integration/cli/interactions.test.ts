import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createInteractionStates, interactionStateOf } from '../../../lib/routing/interaction-state.ts';
import { relayCommand } from '../../support/command-line.ts';
import { createTables, type LocalDynamo, startDynamo } from '../../support/dynalite.ts';
import { contactAction } from '../../support/queued-events.ts';

const RECEIVED_AT_MS = Date.UTC(2026, 0, 31, 12);
/** As CXone writes: members in its own order, blanks, an escape, a number beyond doubles. */
const bodyAt = (
  updatedTimestamp: string,
) => `{ "interactionId":"i-1", "dataActionId":"d-1", "updatedTimestamp":"${updatedTimestamp}",
 "payload":{"from":"+14155550100", "to": "(415) 555-0123", "ticket":"T-2026", "n":12345678901234567890, "grüße":"\\u0041"}}`;

let local: LocalDynamo;
beforeAll(async () => {
  local = await startDynamo();
  await createTables(local.client, 'InteractionState');
  const states = createInteractionStates({ dynamo: local.client, table: 'InteractionState' });
  for (const [eventId, time] of [
    ['newer', '2026-01-31T11:59:59.123456789Z'],
    ['older', '2026-01-31T11:59:58Z'],
  ] as const) {
    const event = contactAction('unused', eventId, RECEIVED_AT_MS);
    await states.put(interactionStateOf({ ...event, eventId, body: Buffer.from(bodyAt(time)) }));
  }
});
afterAll(() => local.stop());

const interactions = (args: string) =>
  relayCommand(`interactions ${args}`, { dynamo: local.client, tableOf: (name) => name });

describe('npx relay interactions', () => {
  it('shows the newest state, its phone numbers masked and all else to the byte', async () => {
    const { code, lines } = await interactions('show i-1');
    expect(code).toBe(0);
    const body = bodyAt('2026-01-31T11:59:59.123456789Z');
    const masked = body.replace('+14155550100', '+1415*****00').replace('(415) 555-0123', '(415)*******23');
    expect(lines).toEqual([
      'interaction   i-1',
      'updated       2026-01-31T11:59:59.123456789Z',
      'received      2026-01-31T12:00:00.000Z  (event newer)',
      'kept until    2026-03-02T12:00:00.000Z',
      'body:',
      ...masked.split('\n'),
    ]);
  });

  it('shows it as it was sent when that is asked for', async () => {
    const { lines } = await interactions('i-1 --unmasked --json');
    expect(JSON.parse(lines.join())).toMatchObject({
      interactionId: 'i-1',
      body: bodyAt('2026-01-31T11:59:59.123456789Z'),
    });
  });

  it('ends with 1 for one that nothing was heard of', async () => {
    expect(await interactions('show i-2')).toMatchObject({
      code: 1,
      lines: [],
      notes: ['i-2: no update of this interaction came within the last 30 days'],
    });
  });
});
