import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createInteractionStates, interactionStateOf } from '../../../lib/routing/interaction-state.ts';
import { interactionStatesContract } from '../../contract/interaction-states.contract.ts';
import { createTables, type LocalDynamo, startDynamo } from '../../support/dynalite.ts';
import { memoryInteractionStates } from '../../support/memory-interaction-states.ts';
import { interactionUpdate } from '../../support/queued-events.ts';

const TABLE = 'InteractionState';
let dynamo: LocalDynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
  await createTables(dynamo.client, TABLE);
});
afterAll(() => dynamo.stop());

const itemOf = async (interactionId: string) =>
  (await dynamo.client.send(new GetItemCommand({ TableName: TABLE, Key: { interactionId: { S: interactionId } } })))
    .Item;
const dynamoStates = () => createInteractionStates({ dynamo: dynamo.client, table: TABLE });

describe('interaction states in memory', () => {
  interactionStatesContract(() => {
    const states = memoryInteractionStates();
    return {
      states,
      async standing(id) {
        const state = states.states.get(id);
        return state && [state.updatedTimestamp, state.receivedAtMs];
      },
    };
  });
});

describe('interaction states in DynamoDB', () => {
  interactionStatesContract(() => ({
    states: dynamoStates(),
    async standing(id) {
      const item = await itemOf(id);
      return item && [item.updatedTimestamp?.S ?? '', Number(item.receivedAtMs?.N)];
    },
  }));

  it('keeps a body of the largest event by default, for 30 days', async () => {
    const event = interactionUpdate('large', '2026-01-31T12:00:00Z', 1_000_000);
    const [head] = Buffer.from(event.body).toString().split('"payload":{}');
    const body = Buffer.from(`${head}"payload":{"x":"${'ä'.repeat(130_000)}"}}`);
    expect(body.byteLength).toBeLessThanOrEqual(262_144);
    await dynamoStates().put(interactionStateOf({ ...event, body }));
    const item = await itemOf('large');
    expect(item?.body?.S).toBe(body.toString());
    expect(item?.expiresAt?.N).toBe(String(1000 + 30 * 86_400));
  });
});

describe('a state that no item can hold', () => {
  it('is poison', () => {
    const event = interactionUpdate('huge', '2026-01-31T12:00:00Z', 0);
    const [head] = Buffer.from(event.body).toString().split('"payload":{}');
    const body = Buffer.from(`${head}"payload":{"x":"${'a'.repeat(400_000)}"}}`);
    expect(() => interactionStateOf({ ...event, body })).toThrow('cannot be stored');
  });
});
