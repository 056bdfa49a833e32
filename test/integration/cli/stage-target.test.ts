import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDeadLetters } from '../../../lib/platform/dead-letters.ts';
import { deadLetterQueueName, eventsQueueName } from '../../../lib/stage/names.ts';
import { bufferedServer, type LoopbackServer, listenOnLoopback } from '../../../local/embedded/loopback-server.ts';
import { startEmbeddedSqs } from '../../../local/embedded/sqs.ts';
import { ACCOUNT, STAGE, stageCommand } from './support/stage-command.ts';

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

const run = (args: string) =>
  stageCommand(args, { ...ACCOUNT, AWS_ENDPOINT_URL_SQS: sqsServer.url, AWS_ENDPOINT_URL_LAMBDA: lambda.url });

describe('a command with --stage', () => {
  it('invokes the deployed function of that stage and reads its answer', async () => {
    const kept = { type: 'keep', name: 'a', id: 's-1', reason: 'as declared' };
    answer = { payload: { status: 'planned', plan: { actions: [kept] }, listed: [] } };
    expect(await run('subscriptions plan')).toMatchObject({
      code: 0,
      lines: ['nothing to change, 1 kept'],
      notes: [],
      relay: 'stage trial in AWS',
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
    const { code, notes } = await run('subscriptions plan');
    expect(code).toBe(1);
    expect(notes.join()).toContain('cxone-relay-trial-subscription-reconciler failed: CxoneError: CXone answered 403');
  });

  it('works on the queues of that stage', async () => {
    const missing = await run('dlq list');
    expect(missing).toMatchObject({ code: 1, notes: [expect.stringContaining('check --stage and the region')] });
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const sqs = new SQSClient({ endpoint: sqsServer.url, region: 'us-east-1', credentials });
    const urlOf = async (QueueName: string) =>
      (await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { FifoQueue: 'true' } }))).QueueUrl ?? '';
    await urlOf(eventsQueueName(STAGE));
    const parked = { messageId: 'm-1', groupId: 'g', body: 'x', reason: 'no-topic', detail: '-', parkedAtMs: 0 };
    await createDeadLetters({ sqs, queueUrl: await urlOf(deadLetterQueueName(STAGE)) }).park(parked);
    sqs.destroy();
    expect(await run('dlq list')).toMatchObject({ code: 0, lines: expect.arrayContaining(['1 parked: 1 no-topic']) });
    expect(await run('dlq redrive')).toMatchObject({ code: 0, notes: ['1 redriven: 1 no-topic'] });
  });
});
