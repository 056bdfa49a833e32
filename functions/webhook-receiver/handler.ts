import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { EventQueue } from '../../lib/events/event-queue.ts';
import type { EventKind } from '../../lib/events/kinds.ts';
import type { WebhookSecret } from '../../lib/events/webhook-secret.ts';
import type { Clock } from '../../lib/platform/clock.ts';
import type { Log } from '../../lib/platform/logging.ts';
import type { Metrics } from '../../lib/platform/metrics.ts';
import type { CachedSecret } from '../../lib/platform/secrets.ts';
import { accepted, problem } from './answers.ts';
import type { AuthMode } from './authenticate.ts';
import { checkSchema, type SchemaDeps } from './check-schema.ts';
import { type Facts, reportAccepted, reportRefused } from './facts.ts';
import { Refusal } from './refusal.ts';
import { readRequest, type WebhookRequest } from './request.ts';
import { admit, authenticated, enqueue, type RecognitionDeps, recognise } from './steps.ts';

export interface WebhookReceiverDeps extends RecognitionDeps, SchemaDeps {
  /** Per route: modes of which any one suffices, and the kinds it takes (null: all). */
  authentication: Readonly<Record<string, { modes: readonly AuthMode[]; kinds: readonly EventKind[] | null }>>;
  maxEventBytes: number;
  secrets: CachedSecret<WebhookSecret>;
  queue: EventQueue;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

export type WebhookReceiver = (
  event: APIGatewayProxyEventV2,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<APIGatewayProxyStructuredResultV2>;

const MAX_SEND_MS = 7000;
/** Kept back from the function's time-out for the answer, so that a slow queue becomes a 503 and not a broken request. */
const ANSWER_RESERVE_MS = 500;
/** Kept back from the registry's tries for the queue. */
const QUEUE_RESERVE_MS = 4000;
/** What an answer may wait for a schema's refresh: once in its TTL, because Lambda freezes what goes on behind an answer. */
const REFRESH_WAIT_MS = 250;

/**
 * POST /cxone/events and its aliases (contract §1). Answers 202 only when the events queue has taken the event, and always
 * answers: whatever goes wrong becomes problem+json, one log line and one metric.
 */
export function createHandler(deps: WebhookReceiverDeps): WebhookReceiver {
  return async (event, context) => {
    const startMs = deps.clock.nowMs();
    const facts: Facts = { route: 'unknown', method: '', bytes: 0 };
    const durationMs = () => deps.clock.nowMs() - startMs;
    try {
      const eventId = await receive(readRequest(event), facts, () => context.getRemainingTimeInMillis(), deps);
      reportAccepted({ ...facts, durationMs: durationMs() }, deps.log, deps.metrics);
      return accepted(eventId);
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal('internal', 'unexpected fault', { cause: error });
      reportRefused(refusal, { ...facts, durationMs: durationMs() }, deps.log, deps.metrics);
      return problem(refusal);
    } finally {
      deps.metrics.flush();
    }
  };
}

/** Resolves with the eventId once the event is queued. Notes in `facts` how far it came; throws Refusal. */
async function receive(
  request: WebhookRequest,
  facts: Facts,
  remainingMs: () => number,
  deps: WebhookReceiverDeps,
): Promise<string> {
  const receivedAtMs = deps.clock.nowMs();
  const { authentication, clock } = deps;
  facts.method = request.method;
  facts.bytes = request.bodyBytes;
  const route = Object.hasOwn(authentication, request.route) ? authentication[request.route] : undefined;
  if (route === undefined) throw new Refusal('not-found', 'no events are taken here');
  facts.route = request.route;

  admit(request, deps.maxEventBytes);
  const body = request.readBody();
  facts.authentication = await authenticated(request, body, route.modes, deps.secrets);
  const event = recognise(body, route.kinds, deps);
  facts.kind = event.kind;
  facts.eventId = event.eventId;
  const checkByMs = clock.nowMs() + remainingMs() - ANSWER_RESERVE_MS - QUEUE_RESERVE_MS;
  const checked = await checkSchema(event.routingType, body, checkByMs, deps);

  const sentMs = clock.nowMs();
  const timeoutMs = Math.max(1, Math.min(MAX_SEND_MS, remainingMs() - ANSWER_RESERVE_MS));
  const { traceparent } = request.headers;
  await enqueue({ ...event, ...checked }, body, { receivedAtMs, traceparent, timeoutMs }, deps.queue);
  facts.queueMs = clock.nowMs() - sentMs;
  await deps.schemas?.settled(REFRESH_WAIT_MS);
  return event.eventId;
}
