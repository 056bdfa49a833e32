import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { UnavailableError } from '../platform/errors.ts';
import { isConditionRefused } from '../platform/lease.ts';
import type { CounterSlot, CounterSlots, SlotStamp } from './counter-slots.ts';

export interface DynamoCounterSlotsSettings {
  dynamo: Pick<DynamoDBClient, 'send'>;
  /** The control table. */
  table: string;
  /** Slots are apart by function, so that each holds only what that one counts, and stays small. */
  service: string;
}

/** What all ids of slots begin with: rights on the table are given by it. */
export const COUNTER_IDS = 'counters#';

const MAX_ROUNDS = 3;
const NAMES = { '#holder': 'holder', '#version': 'version' };

/** Slots as items of the control table: `{id, holder, version, writtenAtMs, past, totals}`, the last two as JSON text. */
export function createDynamoCounterSlots({ dynamo, table, service }: DynamoCounterSlotsSettings): CounterSlots {
  const idOf = (index: number): string => `${COUNTER_IDS}${service}#${index}`;

  return {
    async read(from, count, signal) {
      const ids = Array.from({ length: count }, (_, offset) => idOf(from + offset));
      const found = new Map<string, CounterSlot>();
      let keys: Record<string, AttributeValue>[] = ids.map((id) => ({ id: { S: id } }));
      for (let round = 0; keys.length > 0; round++) {
        if (round === MAX_ROUNDS) throw new UnavailableError('counters-unavailable', 'counter slots were left unread');
        const command = new BatchGetItemCommand({ RequestItems: { [table]: { Keys: keys, ConsistentRead: true } } });
        const { Responses, UnprocessedKeys } = await dynamo.send(command, signal && { abortSignal: signal });
        for (const item of Responses?.[table] ?? []) found.set(item.id?.S ?? '', slotOf(item));
        keys = UnprocessedKeys?.[table]?.Keys ?? [];
      }
      return ids.map((id) => found.get(id));
    },

    async write(index, slot, expected, signal) {
      const command = new PutItemCommand({
        TableName: table,
        Item: { id: { S: idOf(index) }, ...attributesOf(slot) },
        ...conditionOf(expected),
      });
      try {
        await dynamo.send(command, signal && { abortSignal: signal });
        return 'done';
      } catch (error) {
        if (isConditionRefused(error)) return 'refused';
        throw error;
      }
    },
  };
}

const conditionOf = (expected: SlotStamp | undefined) =>
  expected === undefined
    ? { ConditionExpression: 'attribute_not_exists(id)' }
    : {
        ConditionExpression: '#holder = :holder AND #version = :version',
        ExpressionAttributeNames: NAMES,
        ExpressionAttributeValues: { ':holder': { S: expected.owner }, ':version': { N: String(expected.version) } },
      };

const attributesOf = ({ owner, version, writtenAtMs, past, totals }: CounterSlot) => ({
  holder: { S: owner },
  version: { N: String(version) },
  writtenAtMs: { N: String(writtenAtMs) },
  past: { S: JSON.stringify(past.map((stamp) => [stamp.owner, stamp.version])) },
  totals: { S: JSON.stringify(totals) },
});

function slotOf({ holder, version, writtenAtMs, past, totals }: Record<string, AttributeValue>): CounterSlot {
  const stamps = JSON.parse(past?.S ?? '[]') as [string, number][];
  return {
    owner: holder?.S ?? '',
    version: Number(version?.N),
    writtenAtMs: Number(writtenAtMs?.N),
    past: stamps.map(([owner, at]) => ({ owner, version: at })),
    totals: JSON.parse(totals?.S ?? '{}') as CounterSlot['totals'],
  };
}
