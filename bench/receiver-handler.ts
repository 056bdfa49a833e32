import { SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import {
  createHandler,
  type WebhookReceiver,
  type WebhookReceiverDeps,
} from '../functions/webhook-receiver/handler.ts';
import { createSqsEventQueue } from '../lib/events/sqs-event-queue.ts';
import { createLog } from '../lib/platform/logging.ts';
import { createMetrics } from '../lib/platform/metrics.ts';
import { bareReceiver, requestOf, STAGE } from './bare-receiver.ts';
import { withOutputDiscarded } from './discarded-output.ts';
import { LOCAL_CLIENT, startEmulators } from './emulators.ts';
import { pairAsync } from './paired.ts';
import { type Figure, printFigures } from './report.ts';

const ROUNDS = 7;
const CALLS = 4_000;
const CALLS_WITH_QUEUE = 250;

/** What logger, metrics, middy and the queue's client add to the receiver's handler, each alone. */
export async function benchReceiverHandler(): Promise<void> {
  const emulators = await startEmulators();
  const sqs = new SQSClient({ ...LOCAL_CLIENT, endpoint: emulators.sqsUrl });
  const queue = createSqsEventQueue({ sqs, queueUrl: emulators.eventsUrl });
  const log = createLog('webhook-receiver', STAGE.name);
  const metrics = createMetrics('webhook-receiver', STAGE.name);
  const deployed = { ...bareReceiver, log, metrics };
  const figures = await withOutputDiscarded(async () => [
    await added('itself again (the noise)', createHandler(bareReceiver), CALLS),
    await added('+ logger', createHandler({ ...bareReceiver, log }), CALLS),
    await added('+ metrics', createHandler({ ...bareReceiver, metrics }), CALLS),
    await added('+ middy', underMiddy(bareReceiver), CALLS),
    await added('+ logger, metrics, middy', underMiddy(deployed), CALLS),
    await added("+ the queue's client", createHandler({ ...bareReceiver, queue }), CALLS_WITH_QUEUE),
    await added('as deployed', underMiddy({ ...deployed, queue }), CALLS_WITH_QUEUE),
  ]);
  sqs.destroy();
  await emulators.stop();
  printFigures(
    'Receiver: CPU time of a request, by what the handler has around it',
    `against the handler with a log, metrics and queue that do nothing; a signed event of ${bodyOf(0).length} bytes; median of ` +
      `${ROUNDS} pairs of ${CALLS} calls (${CALLS_WITH_QUEUE} with the queue's client), Node ${process.version}`,
    figures,
  );
}

function underMiddy(deps: WebhookReceiverDeps): WebhookReceiver {
  const wrapped = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>().handler(createHandler(deps));
  return async (event) => wrapped(event, context);
}

async function added(what: string, handler: WebhookReceiver, calls: number): Promise<Figure> {
  const plain = createHandler(bareReceiver);
  const { ratio, subjectMicros, baselineMicros } = await pairAsync(
    { work: () => accept(handler), calls },
    { work: () => accept(plain), calls: CALLS },
    ROUNDS,
  );
  const extra = subjectMicros.median - baselineMicros.median;
  const detail = `${subjectMicros.median.toFixed(0)} against ${baselineMicros.median.toFixed(0)} µs: ${extra.toFixed(0)} µs more`;
  return { what, ratio, bound: null, detail };
}

async function accept(handler: WebhookReceiver): Promise<void> {
  const { statusCode } = await handler(nextRequest(), context);
  if (statusCode !== 202) throw new Error(`answered ${statusCode}`);
}

const context = { getRemainingTimeInMillis: () => 10_000 } as Context;
const requests = Array.from({ length: 50 }, (_, contact) => requestOf(bodyOf(contact)));
let taken = 0;

function bodyOf(contact: number): string {
  const attributes = Array.from({ length: 10 }, (_, n) => ({ skill: `skill-${n}`, seconds: n * 1.5, active: true }));
  const contactId = `c-${String(contact).padStart(9, '0')}`;
  return JSON.stringify({
    actionType: 'INTERACTION_CREATED',
    contactId,
    timestamp: '2026-01-31T12:00:00.000Z',
    attributes,
  });
}

function nextRequest(): APIGatewayProxyEventV2 {
  const request = requests[taken++ % requests.length];
  if (request === undefined) throw new RangeError('there are requests');
  return request;
}
