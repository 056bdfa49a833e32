import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDeadLetters } from '../../../lib/platform/dead-letters.ts';
import { deadLetterQueueName, eventsQueueName } from '../../../lib/stage/names.ts';
import { bufferedServer, type LoopbackServer, listenOnLoopback } from '../../../local/embedded/loopback-server.ts';
import { startEmbeddedSqs } from '../../../local/embedded/sqs.ts';

let sqsServer: LoopbackServer;
let lambda: LoopbackServer;
const invocations: { path: string; event: unknown }[] = [];
let answer: { functionError?: string; payload: unknown };
beforeAll(async () => {
  sqsServer = await startEmbeddedSqs();
  const server = bufferedServer((request, body, response) => {
    invocations.push({ path: request.url ?? '', event: JSON.parse(body.toString()) });
    const { functionError, payload } = answer;
    response.writeHead(200, functionError === undefined ? {} : { 'x-amz-function-error': functionError });
    response.end(JSON.stringify(payload));
  });
  lambda = await listenOnLoopback(server);
});
afterAll(() => Promise.all([sqsServer.close(), lambda.close()]));

const STAGE = 'trial'; // without a file in infra/stages

/** The command in a process of its own, its AWS being the emulators. */
function run(command: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = {
    PATH: process.env.PATH ?? '',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_SQS: sqsServer.url,
    AWS_ENDPOINT_URL_LAMBDA: lambda.url,
  };
  const options = { cwd: resolve(import.meta.dirname, '../../..'), env, timeout: 60_000 };
  return new Promise((done) => {
    execFile(process.execPath, ['cli/index.ts', command, ...args, '--stage', STAGE], options, (error, out, err) => {
      done({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

describe('a command with --stage', () => {
  it('invokes the deployed function of that stage and reads its answer', async () => {
    const kept = { type: 'keep', name: 'a', id: 's-1', reason: 'as declared' };
    answer = { payload: { status: 'planned', plan: { actions: [kept] }, listed: [] } };
    expect(await run('subscriptions', 'plan')).toEqual({
      code: 0,
      out: 'nothing to change, 1 kept\n',
      err: '(stage trial in AWS)\n',
    });
    expect(invocations).toEqual([
      {
        path: '/2015-03-31/functions/cxone-relay-trial-subscription-reconciler/invocations',
        event: { dryRun: true },
      },
    ]);
  });

  it('says what the function threw', async () => {
    answer = { functionError: 'Unhandled', payload: { errorType: 'CxoneError', errorMessage: 'CXone answered 403' } };
    const { code, err } = await run('subscriptions', 'plan');
    expect(code).toBe(1);
    expect(err).toContain('cxone-relay-trial-subscription-reconciler failed: CxoneError: CXone answered 403');
  });

  it('works on the queues of that stage', async () => {
    const missing = await run('dlq', 'list');
    expect(missing).toMatchObject({ code: 1, err: expect.stringContaining('check --stage and the region') });
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const sqs = new SQSClient({ endpoint: sqsServer.url, region: 'us-east-1', credentials });
    const urlOf = async (QueueName: string) =>
      (await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { FifoQueue: 'true' } }))).QueueUrl ?? '';
    await urlOf(eventsQueueName(STAGE));
    const parked = { messageId: 'm-1', groupId: 'g', body: 'x', reason: 'no-topic', detail: '-', parkedAtMs: 0 };
    await createDeadLetters({ sqs, queueUrl: await urlOf(deadLetterQueueName(STAGE)) }).park(parked);
    sqs.destroy();
    expect(await run('dlq', 'list')).toMatchObject({ code: 0, out: expect.stringContaining('1 parked: 1 no-topic') });
    expect(await run('dlq', 'redrive')).toMatchObject({ code: 0, err: expect.stringContaining('1 redriven') });
  });
});
