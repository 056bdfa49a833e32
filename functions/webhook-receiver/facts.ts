import type { EventKind } from '../../lib/events/kinds.ts';
import { codeOf, messageOf } from '../../lib/platform/errors.ts';
import type { Log } from '../../lib/platform/logging.ts';
import type { Metrics } from '../../lib/platform/metrics.ts';
import type { Refusal } from './refusal.ts';

/** What one request's log line tells. No secret, token, query string, body or number is ever put in here. */
export interface Facts {
  /** One of the configured routes; anything else is `unknown`, for a path can hold what it likes. */
  route: string;
  method: string;
  bytes: number;
  authentication?: string;
  kind?: EventKind;
  eventId?: string;
  queueMs?: number;
  durationMs?: number;
}

/** What a 202 says by itself, method and reason, is left out: every byte of this line is paid for by the event. */
export function reportAccepted({ method: _post, ...facts }: Facts, log: Log, metrics: Metrics): void {
  log.info('webhook', { status: 202, ...facts });
  metrics.add('EventsAccepted', 1);
}

/** A 4xx is the sender's business and a warning; a 5xx is ours, and says what caused it. */
export function reportRefused(refusal: Refusal, facts: Facts, log: Log, metrics: Metrics): void {
  const { code, status, errors } = refusal;
  const fields = { status, reason: code, ...(errors.length > 0 && { errors }), ...facts };
  if (status < 500) log.warn('webhook', fields);
  else log.error('webhook', { ...fields, ...causes(refusal) });
  metrics.add('EventsRejected', 1, 'Count', { reason: code });
  if (status === 401) metrics.add('AuthenticationFailures', 1);
  if (status < 500 && (facts.authentication !== undefined || code === 'body-too-large'))
    metrics.add('EventsRefused', 1);
}

/** An error and what it came from, for an SDK's own message is in the second; the stack of what nobody foresaw. */
function causes({ code, cause: error }: Refusal): Record<string, string> {
  if (error === undefined) return {};
  const [root, stack] = error instanceof Error ? [error.cause, error.stack] : [];
  return {
    error: `${codeOf(error)}: ${messageOf(error)}`,
    ...(root !== undefined && { cause: `${codeOf(root)}: ${messageOf(root)}` }),
    ...(code === 'internal' && stack !== undefined && { stack }),
  };
}
