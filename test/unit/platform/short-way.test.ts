import { createHash, createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { BatchWriteItemCommand, DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from '@jest/globals';
import { byShortWay } from '../../../lib/platform/short-way.ts';
import { json, type RecordedRequest, type RecordingServer, recordingServer } from '../../support/recording-server.ts';

const SECRET = 'secret';
const ITEM = { key: { S: 'a' }, receivedAtMs: { N: '1' } };
let server: RecordingServer;
afterEach(() => server.close());

const get = (key: string) =>
  new GetItemCommand({ TableName: 'Ledger', Key: { key: { S: key } }, ConsistentRead: true });
const put = (key: string) =>
  new BatchWriteItemCommand({ RequestItems: { Ledger: [{ PutRequest: { Item: { key: { S: key } } } }] } });

/** A client whose SDK tries twice, on a server that answers `respond`. */
async function clientOn(respond: (response: ServerResponse, count: number) => void) {
  server = await recordingServer(respond);
  const credentials = { accessKeyId: 'id', secretAccessKey: SECRET, sessionToken: 'token' };
  return byShortWay(new DynamoDBClient({ region: 'us-east-1', endpoint: server.url, credentials, maxAttempts: 2 }));
}

const found = (response: ServerResponse) => json(response, 200, { Item: ITEM });
const throttled = (response: ServerResponse) =>
  json(response, 400, { __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException' });
/** Only the SDK's whole way tells the server of its attempts. */
const wholeWays = () => server.requests.map(({ headers }) => headers['amz-sdk-request'] !== undefined);

describe('a call by the short way', () => {
  it('asks and answers as the SDK did before it', async () => {
    const client = await clientOn(found);
    const answers = [await client.send(get('first')), await client.send(get('the second, longer: ä'))];
    expect(answers.map(({ Item }) => Item)).toEqual([ITEM, ITEM]);
    expect(wholeWays()).toEqual([true, false]);
    const bodies = server.requests.map(({ body }) => JSON.parse(body).Key.key.S);
    expect(bodies).toEqual(['first', 'the second, longer: ä']);
    const [first, second] = server.requests.map(({ url, method, headers }) => ({
      ...{ url, method, target: headers['x-amz-target'], type: headers['content-type'], host: headers.host },
    }));
    expect(second).toEqual(first);
  });

  it('is signed, each with its own body', async () => {
    const client = await clientOn(found);
    for (const key of ['a', 'bb', 'ccc']) await client.send(get(key));
    for (const request of server.requests) expect(request.headers.authorization).toMatch(signatureOf(request));
  });

  it('is learnt by each operation for itself', async () => {
    const client = await clientOn((response) => json(response, 200, {}));
    for (const key of ['a', 'b']) {
      await client.send(get(key));
      await client.send(put(key));
    }
    expect(wholeWays()).toEqual([true, true, false, false]);
    expect(server.requests.map(({ headers }) => headers['x-amz-target']?.slice(-9))).toEqual(
      ['0.GetItem', 'WriteItem', '0.GetItem', 'WriteItem'], // biome-ignore format: pairs
    );
  });

  it('is never that of a conditional write: done twice it would be refused the second time', async () => {
    const client = await clientOn((response) => json(response, 200, {}));
    const update = () => new UpdateItemCommand({ TableName: 'Ledger', Key: { key: { S: 'a' } } });
    for (let count = 0; count < 2; count++) await client.send(update());
    expect(wholeWays()).toEqual([true, true]);
  });

  it.each([
    ['a failure of the server', (response: ServerResponse) => json(response, 500, {})],
    ['a throttled call', throttled],
    ['a cut connection', (response: ServerResponse) => response.destroy()],
    ['an answer that is not JSON', (response: ServerResponse) => response.end('<html>')],
  ])('goes the whole way after %s', async (_what, fail) => {
    const client = await clientOn((response, count) => (count === 2 ? fail(response) : found(response)));
    await client.send(get('a'));
    expect((await client.send(get('b'))).Item).toEqual(ITEM);
    expect(wholeWays()).toEqual([true, false, true]);
  });

  it("ends in the SDK's own error when it cannot be done", async () => {
    const client = await clientOn((response, count) => (count > 1 ? throttled(response) : found(response)));
    await client.send(get('a'));
    await expect(client.send(get('b'))).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
    expect(wholeWays()).toEqual([true, false, true, true]);
  });

  it('ends at once when it is aborted, and asks no more', async () => {
    const caller = new AbortController();
    const client = await clientOn((response, count) => (count > 1 ? caller.abort() : found(response)));
    await client.send(get('a'));
    await expect(client.send(get('b'), { abortSignal: caller.signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(server.requests).toHaveLength(2);
  });
});

/** AWS signature version 4 of a request as it arrived, by the book. */
function signatureOf({ method, url, headers, body }: RecordedRequest): string {
  const [, scope = '', names = ''] =
    /Credential=id\/(\S+), SignedHeaders=(\S+), Signature/.exec(headers.authorization ?? '') ?? [];
  const lines = names.split(';').map((name) => `${name}:${headers[name]}\n`);
  const canonical = [method, url, '', lines.join(''), names, sha256(body)].join('\n');
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>((last, part) => hmac(last, part).digest(), `AWS4${SECRET}`);
  return `Signature=${hmac(key, text).digest('hex')}`;
}
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text);
