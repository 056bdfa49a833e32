import { SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import {
  createHandler,
  type WebhookReceiver,
  type WebhookReceiverDeps,
} from '../functions/webhook-receiver/handler.ts';
import { createIdentify } from '../lib/events/identify.ts';
import { sign } from '../lib/events/signature.ts';
import { createSqsEventQueue } from '../lib/events/sqs-event-queue.ts';
import { systemClock as clock } from '../lib/platform/clock.ts';
import { createLog } from '../lib/platform/logging.ts';
import { createMetrics } from '../lib/platform/metrics.ts';
import { parseStage } from '../lib/stage/parse.ts';
import { withOutputDiscarded } from './discarded-output.ts';
import { LOCAL_CLIENT, startEmulators } from './emulators.ts';
import { pairAsync } from './paired.ts';
import { type Figure, printFigures } from './report.ts';

const SECRET = 'bench-secret';
const ROUNDS = 7;
const CALLS = 4_000;
const CALLS_WITH_QUEUE = 250;
const PATH = '/cxone/events';

const stage = parseStage('bench', {});
const silent = {
  log: { info: () => {}, warn: () => {}, error: () => {} },
  metrics: { add: () => {}, flush: () => {} },
};
const bare: WebhookReceiverDeps = {
  authentication: { [PATH]: { modes: ['hmac'], kinds: null } },
  routing: stage.routing,
  maxEventBytes: stage.maxEventBytes,
  identify: createIdentify({ transientFields: stage.dedup.transientFields, toE164: (text) => text }),
  secrets: { get: async () => ({ current: SECRET }), refetch: async () => false },
  queue: { send: async () => undefined },
  schemas: undefined,
  clock,
  ...silent,
};

/** What logger, metrics, middy and the queue's client add to the receiver's handler, each alone. */
export async function benchReceiverHandler(): Promise<void> {
  const emulators = await startEmulators();
  const sqs = new SQSClient({ ...LOCAL_CLIENT, endpoint: emulators.sqsUrl });
  const queue = createSqsEventQueue({ sqs, queueUrl: emulators.eventsUrl });
  const log = createLog('webhook-receiver', stage.name);
  const metrics = createMetrics('webhook-receiver', stage.name);
  const deployed = { ...bare, log, metrics };
  const figures = await withOutputDiscarded(async () => [
    await added('itself again (the noise)', createHandler(bare), CALLS),
    await added('+ logger', createHandler({ ...bare, log }), CALLS),
    await added('+ metrics', createHandler({ ...bare, metrics }), CALLS),
    await added('+ middy', underMiddy(bare), CALLS),
    await added('+ logger, metrics, middy', underMiddy(deployed), CALLS),
    await added("+ the queue's client", createHandler({ ...bare, queue }), CALLS_WITH_QUEUE),
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
  const plain = createHandler(bare);
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

function requestOf(body: string): APIGatewayProxyEventV2 {
  return {
    version: '2.0',
    routeKey: `POST ${PATH}`,
    rawPath: PATH,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', 'x-cxone-signature': sign(Buffer.from(body), SECRET) },
    requestContext: { http: { method: 'POST', path: PATH } } as APIGatewayProxyEventV2['requestContext'],
    body,
    isBase64Encoded: false,
  };
}
