import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { fullJitterMs } from '../platform/backoff.ts';
import type { Clock } from '../platform/clock.ts';
import { messageOf, UnavailableError } from '../platform/errors.ts';
import type { Ledger, LedgerAnswer } from './ledger.ts';

export interface DynamoLedgerSettings {
  dynamo: Pick<DynamoDBClient, 'send'>;
  table: string;
  clock: Clock;
  windowMs: number;
  /** Told of failed writes, which `commit` answers by leaving keys out. For the log. */
  onWriteFault: (error: unknown) => void;
  /** Of one `find` or `takesWrites`. */
  budgetMs?: number;
}

const DEFAULT_BUDGET_MS = 3000;
const KEYS_A_READ = 100;
const ITEMS_A_WRITE = 25;
const UNPROCESSED_BACKOFF = { firstDelayMs: 25, maxDelayMs: 400 };
/** An event can lie in the queue and then in the dead-letter queue for 14 days each. */
const QUEUES_RETENTION_MS = 28 * 86_400_000;
const PROBE_KEY = 'write-probe';

/**
 * The ledger as items `{key, receivedAtMs, expiresAt}`. `expiresAt` (epoch seconds) only frees space: DynamoDB deletes late,
 * so callers compare `receivedAtMs`.
 */
export function createDynamoLedger(settings: DynamoLedgerSettings): Ledger {
  const { dynamo, table, clock, onWriteFault, budgetMs = DEFAULT_BUDGET_MS } = settings;
  return {
    find: (ledgerKeys) => find(settings, [...ledgerKeys], clock.nowMs() + budgetMs),

    async commit(originals, deadlineMs) {
      const written = new Set<string>();
      try {
        await writeAll(settings, originals, deadlineMs, (key) => written.add(key));
      } catch (error) {
        onWriteFault(error);
      }
      return written;
    },

    async takesWrites() {
      const end = { N: String(epochSeconds(clock.nowMs() + QUEUES_RETENTION_MS)) };
      const command = new PutItemCommand({ TableName: table, Item: { key: { S: PROBE_KEY }, expiresAt: end } });
      try {
        await dynamo.send(command, { abortSignal: AbortSignal.timeout(budgetMs) });
        return true;
      } catch (error) {
        onWriteFault(error);
        return false;
      }
    },
  };
}

/** Reads all keys, asking again for what DynamoDB left unprocessed until the deadline. */
async function find(settings: DynamoLedgerSettings, keys: string[], deadlineMs: number): Promise<LedgerAnswer> {
  const { dynamo, table, clock } = settings;
  const receivedAtMs = new Map<string, number>();
  const unanswered = new Set(keys);
  for (const chunk of chunks(keys, KEYS_A_READ)) {
    let wanted: Record<string, AttributeValue>[] = chunk.map((key) => ({ key: { S: key } }));
    for (let attempt = 0; wanted.length > 0; attempt++) {
      if (attempt > 0 && !(await pausedInTime(clock, attempt, deadlineMs))) break;
      const request = { Keys: wanted, ConsistentRead: true, ProjectionExpression: '#key, receivedAtMs' };
      const command = new BatchGetItemCommand({
        RequestItems: { [table]: { ...request, ExpressionAttributeNames: { '#key': 'key' } } },
      });
      const reply = await dynamo.send(command, { abortSignal: timeLeft(clock, deadlineMs) }).catch((error) => {
        throw new UnavailableError('ledger-unavailable', `the ledger could not be read: ${messageOf(error)}`, error);
      });
      for (const item of reply.Responses?.[table] ?? []) {
        if (item.key?.S !== undefined && item.receivedAtMs?.N !== undefined)
          receivedAtMs.set(item.key.S, Number(item.receivedAtMs.N));
      }
      const left = reply.UnprocessedKeys?.[table]?.Keys ?? [];
      const open = new Set(left.map((key) => key.key?.S));
      for (const { key } of wanted) if (key?.S !== undefined && !open.has(key.S)) unanswered.delete(key.S);
      wanted = left;
    }
  }
  return { receivedAtMs, unanswered };
}

/** Writes all items, again those that DynamoDB left unprocessed, until the deadline; rejects when it could not. */
async function writeAll(
  { dynamo, table, clock, windowMs }: DynamoLedgerSettings,
  originals: ReadonlyMap<string, number>,
  deadlineMs: number,
  onWritten: (key: string) => void,
): Promise<void> {
  for (const chunk of chunks([...originals], ITEMS_A_WRITE)) {
    let requests = chunk.map(([key, receivedAtMs]) => putRequest(key, receivedAtMs, windowMs));
    for (let attempt = 0; requests.length > 0; attempt++) {
      if (attempt > 0 && !(await pausedInTime(clock, attempt, deadlineMs)))
        throw new UnavailableError('ledger-unavailable', `${requests.length} writes were left unprocessed in time`);
      const command = new BatchWriteItemCommand({ RequestItems: { [table]: requests } });
      const reply = await dynamo.send(command, { abortSignal: timeLeft(clock, deadlineMs) });
      const left = reply.UnprocessedItems?.[table] ?? [];
      const open = new Set(left.map(keyOf));
      for (const key of requests.map(keyOf)) if (key !== undefined && !open.has(key)) onWritten(key);
      requests = left;
    }
  }
}

function putRequest(key: string, receivedAtMs: number, windowMs: number): WriteRequest {
  const expiresAt = epochSeconds(receivedAtMs + windowMs + QUEUES_RETENTION_MS);
  const item = { key: { S: key }, receivedAtMs: { N: String(receivedAtMs) }, expiresAt: { N: String(expiresAt) } };
  return { PutRequest: { Item: item } };
}

const keyOf = (request: WriteRequest) => request.PutRequest?.Item?.key?.S;
const epochSeconds = (ms: number) => Math.ceil(ms / 1000);
const timeLeft = (clock: Clock, deadlineMs: number) => AbortSignal.timeout(Math.max(0, deadlineMs - clock.nowMs()));

/** Backs off before attempt `attempt`; false when the deadline comes first. */
async function pausedInTime(clock: Clock, attempt: number, deadlineMs: number): Promise<boolean> {
  const pauseMs = fullJitterMs(attempt, UNPROCESSED_BACKOFF);
  if (clock.nowMs() + pauseMs >= deadlineMs) return false;
  await clock.sleep(pauseMs);
  return true;
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}
