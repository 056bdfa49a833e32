import {
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  BatchWriteItemCommand,
  type BatchWriteItemCommandOutput,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDynamoFilterRecord, FILTER_RECORD_KEY } from '../../../lib/dedup/dynamo-filter-record.ts';
import { createDynamoLedger } from '../../../lib/dedup/dynamo-ledger.ts';
import { systemClock } from '../../../lib/platform/clock.ts';
import { byShortWay } from '../../../lib/platform/short-way.ts';
import { filterRecordContract } from '../../contract/dedup-filter-record.contract.ts';
import { ledgerContract } from '../../contract/dedup-ledger.contract.ts';
import { createTables, type LocalDynamo, startDynamo } from '../../support/dynalite.ts';

const WINDOW_MS = 72 * 3_600_000;
const TABLE = 'Ledger';
const BUDGET_MS = 20_000;
let local: LocalDynamo;

beforeAll(async () => {
  local = await startDynamo();
  await createTables(local.client, TABLE);
});
afterAll(() => local.stop());

function ledgerOn(dynamo: Pick<DynamoDBClient, 'send'>, budgetMs = BUDGET_MS) {
  const faults: unknown[] = [];
  const onWriteFault = (error: unknown) => faults.push(error);
  const settings = { dynamo, table: TABLE, clock: systemClock, windowMs: WINDOW_MS, onWriteFault, budgetMs };
  return { ledger: createDynamoLedger(settings), faults };
}
const soon = () => Date.now() + BUDGET_MS;

describe('filter record in DynamoDB', () => {
  filterRecordContract(async () => {
    await local.client.send(new DeleteItemCommand({ TableName: TABLE, Key: { key: { S: FILTER_RECORD_KEY } } }));
    return createDynamoFilterRecord({ dynamo: local.client, table: TABLE, budgetMs: BUDGET_MS });
  });

  describe('by the short way', () => {
    filterRecordContract(async () => {
      await local.client.send(new DeleteItemCommand({ TableName: TABLE, Key: { key: { S: FILTER_RECORD_KEY } } }));
      return createDynamoFilterRecord({ dynamo: byShortWay(local.client), table: TABLE, budgetMs: BUDGET_MS });
    });
  });

  it('says which store is away when the table is not there', async () => {
    const store = createDynamoFilterRecord({ dynamo: local.client, table: 'Elsewhere', budgetMs: BUDGET_MS });
    const unavailable = { code: 'filter-record-unavailable', retryable: true };
    await expect(store.read()).rejects.toMatchObject(unavailable);
    await expect(store.cover(1, 2)).rejects.toMatchObject(unavailable);
  });

  it('has no end of life', async () => {
    const store = createDynamoFilterRecord({ dynamo: local.client, table: TABLE, budgetMs: BUDGET_MS });
    await store.cover(1e15, 2e15);
    const item = await local.client.send(
      new GetItemCommand({ TableName: TABLE, Key: { key: { S: FILTER_RECORD_KEY } } }),
    );
    expect(Object.keys(item.Item ?? {})).not.toContain('expiresAt');
  });
});

describe('ledger in DynamoDB', () => {
  ledgerContract(async () => ledgerOn(local.client).ledger);
  describe('by the short way', () => {
    let dynamo: Pick<DynamoDBClient, 'send'> | undefined;
    ledgerContract(async () => {
      dynamo ??= byShortWay(local.client);
      return ledgerOn(dynamo).ledger;
    });
  });

  it('lets DynamoDB delete an item 28 days after its window, in epoch seconds', async () => {
    const receivedAtMs = Date.UTC(2026, 0, 31, 12, 0, 0, 1);
    await ledgerOn(local.client).ledger.commit(new Map([['dnc#ttl', receivedAtMs]]), soon());
    const { Item } = await local.client.send(new GetItemCommand({ TableName: TABLE, Key: { key: { S: 'dnc#ttl' } } }));
    expect(Item?.expiresAt?.N).toBe(String(Date.UTC(2026, 2, 3, 12, 0, 1) / 1000));
  });

  it('still answers an item that DynamoDB should have deleted: callers compare the time of receipt', async () => {
    await ledgerOn(local.client).ledger.commit(new Map([['dnc#old', 1000]]), soon());
    const answer = await ledgerOn(local.client).ledger.find(new Set(['dnc#old']));
    expect(answer.receivedAtMs.get('dnc#old')).toBe(1000);
  });

  it('reads again what was left unprocessed', async () => {
    await ledgerOn(local.client).ledger.commit(new Map([['dnc#r1', 1], ['dnc#r2', 2]]), soon()); // biome-ignore format: pairs
    const { client, calls } = holdingBack(local.client, 2);
    const answer = await ledgerOn(client).ledger.find(new Set(['dnc#r1', 'dnc#r2']));
    expect(answer).toEqual({ receivedAtMs: new Map([['dnc#r1', 1], ['dnc#r2', 2]]), unanswered: new Set() }); // biome-ignore format: pairs
    expect(calls()).toBe(3);
  });

  it('names keys without an answer in time, which is not the same as absent', async () => {
    const { client } = holdingBack(local.client, Number.POSITIVE_INFINITY);
    const { unanswered, receivedAtMs } = await ledgerOn(client, 300).ledger.find(new Set(['dnc#n1', 'dnc#n2']));
    expect(unanswered.size).toBeGreaterThan(0);
    expect([...unanswered].every((key) => !receivedAtMs.has(key))).toBe(true);
  });

  it('rejects a read that failed as a whole', async () => {
    const { ledger } = ledgerOn({ send: failing });
    await expect(ledger.find(new Set(['dnc#x']))).rejects.toMatchObject({
      code: 'ledger-unavailable',
      retryable: true,
    });
  });

  it('writes again what was left unprocessed', async () => {
    const { client, calls } = holdingBack(local.client, 2);
    const { ledger, faults } = ledgerOn(client);
    expect(await ledger.commit(new Map([['dnc#w1', 1], ['dnc#w2', 2]]), soon())).toEqual(new Set(['dnc#w1', 'dnc#w2'])); // biome-ignore format: pairs
    expect(calls()).toBe(3);
    expect(faults).toEqual([]);
  });

  it('answers at the deadline with what was written, and says what happened to the rest', async () => {
    const { client } = holdingBack(local.client, Number.POSITIVE_INFINITY);
    const { ledger, faults } = ledgerOn(client);
    const written = await ledger.commit(new Map([['dnc#d1', 1], ['dnc#d2', 2]]), Date.now() + 2000); // biome-ignore format: pairs
    expect(written.has('dnc#d1')).toBe(false); // always held back
    expect(faults).toHaveLength(1);
  });

  it('answers nothing written, and that it takes no writes, while DynamoDB fails', async () => {
    const { ledger, faults } = ledgerOn({ send: failing });
    expect(await ledger.commit(new Map([['dnc#f', 1]]), soon())).toEqual(new Set());
    expect(await ledger.takesWrites()).toBe(false);
    expect(faults).toHaveLength(2);
  });
});

const failing = async (): Promise<never> => {
  throw Object.assign(new Error('Service Unavailable'), { name: 'ServiceUnavailable' });
};

/** A client that holds the first key of the next `times` batches back, as DynamoDB does under load. */
function holdingBack(inner: DynamoDBClient, times: number) {
  let calls = 0;
  const send = async (command: BatchGetItemCommand | BatchWriteItemCommand) => {
    if (++calls > times) return inner.send(command as BatchGetItemCommand);
    if (command instanceof BatchGetItemCommand) return holdBackRead(inner, command);
    return holdBackWrite(inner, command);
  };
  return { client: { send: send as DynamoDBClient['send'] }, calls: () => calls };
}

async function holdBackRead(inner: DynamoDBClient, command: BatchGetItemCommand): Promise<BatchGetItemCommandOutput> {
  const request = command.input.RequestItems?.[TABLE] ?? { Keys: [] };
  const [first, ...others] = request.Keys ?? [];
  const UnprocessedKeys = { [TABLE]: { ...request, Keys: first ? [first] : [] } };
  if (others.length === 0) return { $metadata: {}, UnprocessedKeys };
  const part = new BatchGetItemCommand({ RequestItems: { [TABLE]: { ...request, Keys: others } } });
  return { ...(await inner.send(part)), UnprocessedKeys };
}

async function holdBackWrite(
  inner: DynamoDBClient,
  command: BatchWriteItemCommand,
): Promise<BatchWriteItemCommandOutput> {
  const [first, ...others] = command.input.RequestItems?.[TABLE] ?? [];
  const UnprocessedItems = { [TABLE]: first ? [first] : [] };
  if (others.length === 0) return { $metadata: {}, UnprocessedItems };
  return { ...(await inner.send(new BatchWriteItemCommand({ RequestItems: { [TABLE]: others } }))), UnprocessedItems };
}
