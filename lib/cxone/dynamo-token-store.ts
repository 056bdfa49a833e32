import { type AttributeValue, type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { isConditionRefused } from '../platform/lease.ts';
import type { RenewalLease, StoredToken, TokenStore } from './token-store.ts';

export interface DynamoTokenStoreSettings {
  dynamo: Pick<DynamoDBClient, 'send'>;
  /** A table whose partition key is the string attribute `credential`. */
  table: string;
}

/**
 * TokenStore in DynamoDB. Encryption at rest is the table's own (KMS, set by the stack): whoever may read the item through
 * IAM is one of the functions that need the token, so a second layer would hand its key to the very same readers.
 */
export function createDynamoTokenStore({ dynamo, table }: DynamoTokenStoreSettings): TokenStore {
  const update = async (
    credential: string,
    expressions: { UpdateExpression: string; ConditionExpression: string },
    values: Record<string, AttributeValue>,
  ): Promise<boolean> => {
    try {
      await dynamo.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { credential: { S: credential } },
          ...expressions,
          // `version`, `token` and `lease*` under aliases: reserved words stay out of question
          ExpressionAttributeNames: namesIn(`${expressions.UpdateExpression} ${expressions.ConditionExpression}`),
          ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values }),
        }),
      );
      return true;
    } catch (error) {
      if (isConditionRefused(error)) return false;
      throw error;
    }
  };

  return {
    async read(credential) {
      const key = { credential: { S: credential } };
      const { Item } = await dynamo.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }));
      return Item === undefined ? undefined : fromItem(Item);
    },
    acquire: (credential, lease, nowMs) =>
      update(
        credential,
        {
          UpdateExpression: 'SET #leaseOwner = :owner, #leaseUntilMs = :until',
          ConditionExpression: `${versionIs(lease)} AND (attribute_not_exists(#leaseOwner) OR #leaseUntilMs < :now OR #leaseOwner = :owner)`,
        },
        {
          ':owner': { S: lease.owner },
          ':until': { N: String(lease.untilMs) },
          ':now': { N: String(nowMs) },
          ...versionValue(lease),
        },
      ),
    async write(credential, lease, grant) {
      const stored: StoredToken = { ...grant, version: lease.version + 1 };
      const written = await update(
        credential,
        {
          UpdateExpression:
            'SET #token = :token, #version = :next, #obtainedAtMs = :obtained, #expiresAtMs = :expires REMOVE #leaseOwner, #leaseUntilMs',
          ConditionExpression: `#leaseOwner = :owner AND ${versionIs(lease)}`,
        },
        {
          ':token': { S: stored.accessToken },
          ':next': { N: String(stored.version) },
          ':obtained': { N: String(stored.obtainedAtMs) },
          ':expires': { N: String(stored.expiresAtMs) },
          ':owner': { S: lease.owner },
          ...versionValue(lease),
        },
      );
      return written ? stored : undefined;
    },
    async release(credential, lease) {
      await update(
        credential,
        { UpdateExpression: 'REMOVE #leaseOwner, #leaseUntilMs', ConditionExpression: '#leaseOwner = :owner' },
        { ':owner': { S: lease.owner } },
      );
    },
  };
}

const versionIs = ({ version }: RenewalLease): string =>
  version === 0 ? 'attribute_not_exists(#version)' : '#version = :version';

const versionValue = ({ version }: RenewalLease): Record<string, AttributeValue> =>
  version === 0 ? {} : { ':version': { N: String(version) } };

function namesIn(expressions: string): Record<string, string> {
  return Object.fromEntries([...expressions.matchAll(/#(\w+)/g)].map(([alias, name = '']) => [alias, name]));
}

/** An item without a token holds nothing but a first renewal's lease. */
function fromItem(item: Record<string, AttributeValue>): StoredToken | undefined {
  const accessToken = item.token?.S;
  if (accessToken === undefined) return undefined;
  const version = Number(item.version?.N);
  return { accessToken, version, obtainedAtMs: Number(item.obtainedAtMs?.N), expiresAtMs: Number(item.expiresAtMs?.N) };
}
