import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Target } from '../../../cli/shared/target.ts';
import { createDynamoAuditStore } from '../../../lib/audit/dynamo-store.ts';
import { createAuditTrail } from '../../../lib/audit/trail.ts';
import { type EmbeddedSecretsManager, startEmbeddedSecretsManager } from '../../../local/embedded/secrets-manager.ts';
import { fakeClock } from '../../support/clock.ts';
import { relayCommand } from '../../support/command-line.ts';
import { createTables, type LocalDynamo, startDynamo } from '../../support/dynalite.ts';
import { recordingLog } from '../../support/log.ts';

const KEY = 'a-signing-key-for-tests';
const SECRET = 'cxone-relay/test/audit';

let dynamo: LocalDynamo;
let secrets: EmbeddedSecretsManager;
let target: Pick<Target, 'dynamo' | 'secretsManager' | 'tableOf' | 'secretOf'>;
beforeEach(async () => {
  dynamo = await startDynamo();
  await createTables(dynamo.client, 'Audit', 'Control');
  secrets = await startEmbeddedSecretsManager(new Map([[SECRET, { key: KEY }]]));
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  target = {
    dynamo: dynamo.client,
    secretsManager: new SecretsManagerClient({ endpoint: secrets.url, region: 'us-east-1', credentials }),
    tableOf: (name) => name,
    secretOf: () => SECRET,
  };
});
afterEach(async () => {
  target.secretsManager.destroy();
  await secrets.close();
  await dynamo.stop();
});

async function write(stream: string, count: number) {
  const store = createDynamoAuditStore({ dynamo: dynamo.client, auditTable: 'Audit', controlTable: 'Control' });
  const keys = async () => ({ key: KEY });
  const trail = createAuditTrail({ store, stream, keys, clock: fakeClock(), log: recordingLog() });
  for (let n = 1; n <= count; n++) {
    await trail.append({ operation: 'PUT subscription', subject: `s-${n}`, status: 'success', details: { n } });
  }
}

const audit = (args: string) => relayCommand(`audit ${args}`, target);

const keyOf = (stream: string, seq: number) => ({ stream: { S: stream }, seq: { N: String(seq) } });
const drop = (stream: string, seq: number) =>
  dynamo.client.send(new DeleteItemCommand({ TableName: 'Audit', Key: keyOf(stream, seq) }));
const alter = (stream: string, seq: number) =>
  dynamo.client.send(
    new UpdateItemCommand({
      TableName: 'Audit',
      Key: keyOf(stream, seq),
      UpdateExpression: 'SET subject = :subject',
      ExpressionAttributeValues: { ':subject': { S: 's-another' } },
    }),
  );
const dropHead = (stream: string) =>
  dynamo.client.send(new DeleteItemCommand({ TableName: 'Control', Key: { id: { S: `audit-head#${stream}` } } }));

describe('npx relay audit verify', () => {
  it('walks every stream there is to its head', async () => {
    await write('dnc', 3);
    await write('other', 1);
    const { code, lines } = await audit('verify');
    expect(code).toBe(0);
    expect(lines).toEqual([
      expect.stringMatching(/^dnc: intact, 3 records, head 3:[0-9a-f]{64}$/),
      expect.stringMatching(/^other: intact, 1 record, head 1:[0-9a-f]{64}$/),
      'subscriptions: intact, 0 records',
    ]);
  });

  it('names the first record that was altered, dropped or cut off, and ends with 2', async () => {
    await write('dnc', 5);
    await write('subscriptions', 4);
    await drop('subscriptions', 4);
    const cut = await audit('verify --stream subscriptions');
    expect(cut.code).toBe(2);
    expect(cut.lines[0]).toMatch(/^subscriptions: BROKEN at record 4: missing: the tail was cut off/);
    await drop('subscriptions', 2);
    expect((await audit('verify --stream subscriptions')).lines[0]).toMatch(/BROKEN at record 2: missing/);
    expect((await audit('verify --stream dnc')).code).toBe(0);
    await alter('dnc', 3);
    const { code, lines } = await audit('verify --json');
    expect(code).toBe(2);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ stream: 'dnc', chain: 'broken', fault: { seq: 3, problem: expect.any(String) } }),
      expect.objectContaining({ stream: 'subscriptions', chain: 'broken' }),
    ]);
  });

  it('misses the head when it was done away with, and the tail by a head that was noted elsewhere', async () => {
    await write('dnc', 4);
    const [, head] = /head (\S+)$/.exec((await audit('verify --stream dnc')).lines[0] ?? '') ?? [];
    for (const seq of [3, 4]) await drop('dnc', seq);
    await dropHead('dnc');
    const headless = await audit('verify --stream dnc');
    expect(headless.code).toBe(2);
    expect(headless.lines[0]).toMatch(/BROKEN at record 3: missing, perhaps: the head/);
    for (const seq of [1, 2]) await drop('dnc', seq);
    expect((await audit('verify --stream dnc')).code).toBe(0); // nothing is left that could tell
    const noted = await audit(`verify --stream dnc --head ${head}`);
    expect(noted.code).toBe(2);
    expect(noted.lines[0]).toMatch(/BROKEN at record 1: missing: the tail was cut off, the head is record 4/);
  });

  it('says which secret it cannot read, or that it does not fit', async () => {
    await write('dnc', 1);
    secrets.replace(SECRET, { key: 'short' });
    expect(await audit('verify')).toMatchObject({ code: 1, notes: [expect.stringMatching(/at least 16/)] });
    secrets.replace(SECRET, { key: 'another-signing-key-altogether' });
    expect(await audit('verify --stream dnc')).toMatchObject({
      code: 2,
      lines: [expect.stringMatching(/unknown key/)],
    });
    target.secretOf = () => 'no-such-secret';
    expect(await audit('verify')).toMatchObject({ code: 1, notes: [expect.stringMatching(/no-such-secret/)] });
  });

  it('refuses a stream that does not exist', async () => {
    expect(await audit('verify --stream dcn')).toMatchObject({
      code: 64,
      lines: [],
      notes: [expect.stringContaining('there is no "dcn", but dnc, subscriptions')],
    });
  });
});

describe('npx relay audit list', () => {
  it('shows the newest records of each stream, oldest of them first', async () => {
    await write('dnc', 5);
    const { code, lines, notes } = await audit('list --limit 2');
    expect(code).toBe(0);
    expect(lines).toEqual([
      'STREAM  SEQ  AT                        OPERATION         SUBJECT  STATUS   DETAILS',
      'dnc       4  2026-01-31T12:00:00.000Z  PUT subscription  s-4      success  n=4',
      'dnc       5  2026-01-31T12:00:00.000Z  PUT subscription  s-5      success  n=5',
    ]);
    expect(notes).toEqual(['subscriptions: no records']);
    const json = await audit('list --json --stream dnc --limit 1');
    expect(json.lines.map((line) => JSON.parse(line).seq)).toEqual([5]);
  });
});
