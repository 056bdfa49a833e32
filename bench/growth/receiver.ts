import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { createHandler } from '../../functions/webhook-receiver/handler.ts';
import { createIdentify } from '../../lib/events/identify.ts';
import { sign } from '../../lib/events/signature.ts';
import { systemClock as clock } from '../../lib/platform/clock.ts';
import { parseStage } from '../../lib/stage/parse.ts';
import { contactAction } from '../../test/support/queued-events.ts';
import { pairAsync } from '../paired.ts';
import type { Figure } from '../report.ts';
import { type GrowthSizes, grown } from './grown.ts';

const SECRET = 'bench-secret';
const PATH = '/cxone/events';
const EVENTS = 10_000;
/** As many calls are made with each body. */
const CALLS_A_BODY = 200;
const FILLING = 'x'.repeat(900);

/** Ten times as many events in one process, of ten times as many contacts, through the handler without logger and queue. */
export async function receiverGrowth({ rounds, smaller }: GrowthSizes): Promise<Figure> {
  const stage = parseStage('bench', {});
  const handler = createHandler({
    authentication: { [PATH]: { modes: ['hmac'], kinds: null } },
    routing: stage.routing,
    maxEventBytes: stage.maxEventBytes,
    identify: createIdentify({ transientFields: stage.dedup.transientFields, toE164: (text) => text }),
    secrets: { get: async () => ({ current: SECRET }), refetch: async () => false },
    queue: { send: async () => undefined },
    schemas: undefined,
    clock,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    metrics: { add: () => {}, flush: () => {} },
  });
  let contacts = 0;
  const run = (calls: number) => {
    let requests: APIGatewayProxyEventV2[] = [];
    let taken = 0;
    return {
      calls,
      async prepare() {
        requests = Array.from({ length: Math.ceil(calls / CALLS_A_BODY) }, () => requestOf(`c-${++contacts}`));
      },
      async work() {
        const request = requests[taken++ % requests.length];
        if (request === undefined) throw new RangeError('there are requests');
        const { statusCode } = await handler(request, { getRemainingTimeInMillis: () => 10_000 });
        if (statusCode !== 202) throw new Error(`answered ${statusCode}`);
      },
    };
  };
  const events = EVENTS / smaller;
  const { ratio, subjectMicros, baselineMicros } = await pairAsync(run(10 * events), run(events), rounds);
  const micros = `${subjectMicros.median.toFixed(1)} : ${baselineMicros.median.toFixed(1)} µs an event`;
  return grown('receiver: CPU time, 10 × the events', ratio, micros);
}

function requestOf(contactId: string): APIGatewayProxyEventV2 {
  const body = Buffer.from(contactAction(contactId, FILLING, 0).body);
  return {
    version: '2.0',
    routeKey: `POST ${PATH}`,
    rawPath: PATH,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', 'x-cxone-signature': sign(body, SECRET) },
    requestContext: { http: { method: 'POST', path: PATH } } as APIGatewayProxyEventV2['requestContext'],
    body: body.toString('utf8'),
    isBase64Encoded: false,
  };
}
