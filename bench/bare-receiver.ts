import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { WebhookReceiverDeps } from '../functions/webhook-receiver/handler.ts';
import { createIdentify } from '../lib/events/identify.ts';
import { sign } from '../lib/events/signature.ts';
import { systemClock as clock } from '../lib/platform/clock.ts';
import { parseStage } from '../lib/stage/parse.ts';

const SECRET = 'bench-secret';
const PATH = '/cxone/events';

export const STAGE = parseStage('bench', {});

/** The receiver's handler with a log, metrics and queue that do nothing. */
export const bareReceiver: WebhookReceiverDeps = {
  authentication: { [PATH]: { modes: ['hmac'], kinds: null } },
  routing: STAGE.routing,
  maxEventBytes: STAGE.maxEventBytes,
  identify: createIdentify({ transientFields: STAGE.dedup.transientFields, toE164: (text) => text }),
  secrets: { get: async () => ({ current: SECRET }), refetch: async () => false },
  queue: { send: async () => undefined },
  schemas: undefined,
  clock,
  log: { info: () => {}, warn: () => {}, error: () => {} },
  metrics: { add: () => {}, flush: () => {} },
};

/** A signed POST of that body. */
export function requestOf(body: string): APIGatewayProxyEventV2 {
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
