import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Clock } from './clock.ts';

/** A lease held by this process; every method is conditional on still being the owner. */
export interface HeldLease {
  /** Pushes the end `durationMs` ahead; false: it was lost, stop working at once. */
  renew(): Promise<boolean>;
  release(): Promise<void>;
}

export interface LeaseSettings {
  dynamo: Pick<DynamoDBClient, 'send'>;
  /** A table whose partition key is the string attribute `id`. */
  table: string;
  name: string;
  /** Unique to this holder (a UUID), not to this machine. */
  owner: string;
  durationMs: number;
  clock: Clock;
}

/** Key of a lease's item: rights on the table are given by it. */
export const leaseId = (name: string): string => `lease#${name}`;

/**
 * Takes the lease `name`, or answers undefined while another holds it. One item, one conditional write:
 * free, expired or already ours. Bound: a holder that stalls past `durationMs` may overlap with its successor, so what a
 * lease guards must stay correct when run twice; the lease only makes that rare.
 */
export async function acquireLease(settings: LeaseSettings): Promise<HeldLease | undefined> {
  const { dynamo, table, name, owner, durationMs, clock } = settings;
  const id = leaseId(name);

  const write = async (onlyIfOurs: boolean): Promise<boolean> => {
    const nowMs = clock.nowMs();
    const free = 'attribute_not_exists(id) OR untilMs < :now OR holder = :owner';
    try {
      await dynamo.send(
        new PutItemCommand({
          TableName: table,
          Item: { id: { S: id }, holder: { S: owner }, untilMs: { N: String(nowMs + durationMs) } },
          ConditionExpression: onlyIfOurs ? 'holder = :owner' : free,
          ExpressionAttributeValues: onlyIfOurs
            ? { ':owner': { S: owner } }
            : { ':owner': { S: owner }, ':now': { N: String(nowMs) } },
        }),
      );
      return true;
    } catch (error) {
      if (isConditionRefused(error)) return false;
      throw error;
    }
  };

  if (!(await write(false))) return undefined;
  return {
    renew: () => write(true),
    async release() {
      const ours = { ConditionExpression: 'holder = :owner', ExpressionAttributeValues: { ':owner': { S: owner } } };
      try {
        await dynamo.send(new DeleteItemCommand({ TableName: table, Key: { id: { S: id } }, ...ours }));
      } catch (error) {
        if (!isConditionRefused(error)) throw error; // refused: it has passed to another already
      }
    },
  };
}

/** A conditional write that DynamoDB refused, as opposed to one that failed. */
export function isConditionRefused(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException';
}
