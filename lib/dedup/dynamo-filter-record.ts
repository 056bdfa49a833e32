import { type AttributeValue, type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { messageOf, UnavailableError } from '../platform/errors.ts';
import { isConditionRefused } from '../platform/lease.ts';
import type { Conditional, FilterRecordStore } from './filter-record.ts';

/** Key of the record among the ledger's items; no ledger key is without a kind, so none is equal to it. */
export const FILTER_RECORD_KEY = 'filter-record';

export interface DynamoFilterRecordSettings {
  dynamo: Pick<DynamoDBClient, 'send'>;
  /** The ledger's table. */
  table: string;
  /** Of one call, the client's own attempts included. */
  budgetMs?: number;
  /** Told how many generations a write has dropped because their time was over; each is told once, by the router that did it. */
  onRetired?: (generations: number) => void;
}

const DEFAULT_BUDGET_MS = 3000;
/** `sinceMs` (number) and one text attribute `g<N>` a listed generation: top-level, so that each can be a condition. */
const GENERATION_ATTRIBUTE = /^g(\d+)$/;
const attributeOf = (generation: number) => `g${generation}`;

/** The filter record as one item of the ledger's table, always read strongly; without an end of life. */
export function createDynamoFilterRecord(settings: DynamoFilterRecordSettings): FilterRecordStore {
  const { dynamo, table, budgetMs = DEFAULT_BUDGET_MS, onRetired } = settings;
  const key = { key: { S: FILTER_RECORD_KEY } };

  const update = async (
    { conditions, set, remove, values }: Change,
    forgotten: readonly string[] = [],
  ): Promise<Conditional> => {
    const expression = [section('SET', set), section('REMOVE', remove)].filter((text) => text !== '').join(' ');
    const command = new UpdateItemCommand({
      TableName: table,
      Key: key,
      UpdateExpression: expression,
      ConditionExpression: conditions.join(' AND '),
      ExpressionAttributeValues: values,
      ReturnValues: 'ALL_OLD', // tells which of two routers has dropped a generation
    });
    try {
      const { Attributes: before = {} } = await dynamo.send(command, { abortSignal: AbortSignal.timeout(budgetMs) });
      const dropped = forgotten.filter((name) => name in before).length;
      if (dropped > 0) onRetired?.(dropped);
      return 'done';
    } catch (error) {
      if (isConditionRefused(error)) return 'refused';
      throw unavailable('written', error);
    }
  };

  return {
    async read() {
      const command = new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true });
      const { Item: item } = await dynamo
        .send(command, { abortSignal: AbortSignal.timeout(budgetMs) })
        .catch((error) => {
          throw unavailable('read', error);
        });
      return { sinceMs: Number(item?.sinceMs?.N ?? 0), listed: listedIn(item ?? {}) };
    },

    async damage({ was, now, sinceMs }) {
      const change = damageChange(was, now);
      change.values[':since'] = { N: String(sinceMs) };
      // "Raise to the greater" is no expression. sinceMs only grows: what the first condition finds passed stays passed.
      const raised = await update({
        ...change,
        set: [...change.set, 'sinceMs = :since'],
        conditions: [...change.conditions, '(attribute_not_exists(sinceMs) OR sinceMs < :since)'],
      });
      if (raised === 'done') return raised;
      return update({ ...change, conditions: [...change.conditions, 'sinceMs >= :since'] });
    },

    list(stamps, forget) {
      const change = emptyChange();
      for (const [generation, stamp] of stamps) {
        const name = attributeOf(generation);
        change.values[`:${name}`] = { S: stamp };
        change.conditions.push(`(attribute_not_exists(${name}) OR ${name} = :${name})`);
        change.set.push(`${name} = :${name}`);
      }
      change.remove.push(...forget.filter((generation) => !stamps.has(generation)).map(attributeOf));
      return update(change, change.remove);
    },

    cover(neededMs, toMs) {
      return update({
        ...emptyChange(),
        conditions: ['(attribute_not_exists(sinceMs) OR sinceMs < :needed)'],
        set: ['sinceMs = :to'],
        values: { ':needed': { N: String(neededMs) }, ':to': { N: String(toMs) } },
      });
    },
  };
}

interface Change {
  conditions: string[];
  set: string[];
  remove: string[];
  values: Record<string, AttributeValue>;
}

const emptyChange = (): Change => ({ conditions: [], set: [], remove: [], values: {} });
const section = (word: string, parts: readonly string[]) => (parts.length > 0 ? `${word} ${parts.join(', ')}` : '');

/** Each lost generation must still be listed as it was; it is listed as it is now, or no more. */
function damageChange(was: ReadonlyMap<number, string>, now: ReadonlyMap<number, string>): Change {
  const change = emptyChange();
  for (const [generation, before] of was) {
    const name = attributeOf(generation);
    change.values[`:was${generation}`] = { S: before };
    change.conditions.push(`${name} = :was${generation}`);
    const stamp = now.get(generation);
    if (stamp === undefined) {
      change.remove.push(name);
    } else {
      change.values[`:now${generation}`] = { S: stamp };
      change.set.push(`${name} = :now${generation}`);
    }
  }
  return change;
}

function listedIn(item: Record<string, AttributeValue>): Map<number, string> {
  const listed = new Map<number, string>();
  for (const [name, value] of Object.entries(item)) {
    const generation = GENERATION_ATTRIBUTE.exec(name)?.[1];
    if (generation !== undefined && value.S !== undefined) listed.set(Number(generation), value.S);
  }
  return listed;
}

const unavailable = (what: string, cause: unknown) =>
  new UnavailableError(
    'filter-record-unavailable',
    `the filter record could not be ${what}: ${messageOf(cause)}`,
    cause,
  );
