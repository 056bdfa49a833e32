import type { SQSClient } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { admissionOf } from '../../../../functions/webhook-receiver/admission.ts';
import { createHandler, type WebhookReceiverDeps } from '../../../../functions/webhook-receiver/handler.ts';
import { createSqsEventQueue } from '../../../../lib/events/sqs-event-queue.ts';
import type { WebhookSecret } from '../../../../lib/events/webhook-secret.ts';
import type { CachedSecret } from '../../../../lib/platform/secrets.ts';
import { parseStage } from '../../../../lib/stage/parse.ts';
import { fakeClock } from '../../../support/clock.ts';
import { recordingLog } from '../../../support/log.ts';
import { gatewayEvent, type Request, SECRET } from './gateway-event.ts';
import { recordingMetrics } from './recording-metrics.ts';

/** A secret that never changes; tests that rotate bring their own. */
export function fixedSecret(value: WebhookSecret): CachedSecret<WebhookSecret> {
  return { get: async () => value, refetch: async () => false };
}

export interface Receiver {
  post(request: Request): Promise<Answer>;
  log: ReturnType<typeof recordingLog>;
  metrics: ReturnType<typeof recordingMetrics>;
  clock: ReturnType<typeof fakeClock>;
}

export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  json: Record<string, unknown>;
}

export type ReceiverSettings = Partial<WebhookReceiverDeps> & { stageFile?: object };

export function receiver(queue: { sqs: SQSClient; queueUrl: string }, settings: ReceiverSettings = {}): Receiver {
  const { stageFile = {}, ...deps } = settings;
  const stage = parseStage('test', stageFile);
  const [log, metrics, clock] = [recordingLog(), recordingMetrics(), fakeClock()];
  const handler = createHandler({
    ...admissionOf(stage),
    schemas: undefined,
    secrets: fixedSecret({
      current: SECRET,
      previous: 'previous-secret',
      bearer: 'the-bearer',
      previousBearer: 'previous-bearer',
      urlToken: 'the-token',
      previousUrlToken: 'previous-token',
    }),
    queue: createSqsEventQueue(queue),
    clock,
    log,
    metrics,
    ...deps,
  });
  return {
    log,
    metrics,
    clock,
    async post(request) {
      const { remainingMs = 10_000 } = request;
      return answerOf(await handler(gatewayEvent(request), { getRemainingTimeInMillis: () => remainingMs }));
    },
  };
}

function answerOf({ statusCode = 0, headers = {}, body = '' }: APIGatewayProxyStructuredResultV2): Answer {
  return { status: statusCode, headers, json: JSON.parse(body) };
}
