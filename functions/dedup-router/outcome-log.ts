import type { LogFields } from '../../lib/platform/logging.ts';
import { maskPhoneNumber } from '../../lib/platform/masking.ts';
import type { RouterDeps } from './deps.ts';
import type { Outcome } from './outcome.ts';
import type { QueuedRecord } from './queued-record.ts';
import type { RouterEvent } from './router-event.ts';

/** What the wide line of one record is made of; `event` is missing when its envelope could not be read. */
export interface Answered {
  record: QueuedRecord;
  outcome: Outcome;
  event?: RouterEvent | undefined;
  topic?: string | undefined;
  durations: LogFields;
}

const METRIC = {
  routed: 'EventsRouted',
  duplicate: 'EventsDuplicate',
  parked: 'EventsParked',
  retry: 'EventsRetried',
} as const;
const LEVEL = { routed: 'info', duplicate: 'info', parked: 'error', retry: 'warn' } as const;
const SHOWN_CHARACTERS = 200;

/** One wide line and one metric for a record's outcome. */
export function report(
  { log, metrics, clock }: Pick<RouterDeps, 'log' | 'metrics' | 'clock'>,
  answered: Answered,
): void {
  const { record, outcome, event, topic, durations } = answered;
  const nowMs = clock.nowMs();
  metrics.add(METRIC[outcome.kind], 1);
  if (outcome.kind === 'retry')
    metrics.add('RetriedEventAge', Math.max(0, nowMs - record.queuedAtMs) / 1000, 'Seconds');
  if (event && topic !== undefined && outcome.kind === 'routed')
    metrics.add('ReceiptToTopic', nowMs - event.receivedAtMs, 'Milliseconds');
  log[LEVEL[outcome.kind]](`event ${outcome.kind}`, {
    outcome: outcome.kind,
    messageId: record.messageId,
    receiveCount: record.receiveCount,
    ...(topic === undefined ? {} : { topic }),
    ...eventFields(record, event, nowMs),
    ...reasonFields(outcome, event?.envelope.kind === 'dnc'),
    ...durations,
  });
}

/** A number's group is a hash of the number, which is soon guessed: for DNC the masked number takes its place. */
function eventFields({ groupId }: QueuedRecord, event: RouterEvent | undefined, nowMs: number): LogFields {
  if (event === undefined) return { groupId };
  const { kind, eventId, orderKey, receivedAtMs } = event.envelope;
  return {
    kind,
    eventId,
    ...(kind === 'dnc'
      ? { phoneNumber: maskPhoneNumber(orderKey ?? '') }
      : { groupId, orderKey: orderKey?.slice(0, SHOWN_CHARACTERS) ?? null }),
    receivedAt: new Date(receivedAtMs).toISOString(),
    ageMs: nowMs - receivedAtMs,
  };
}

/** Details may quote what a neighbour said; of an event that holds a phone number only the code is shown. */
function reasonFields(outcome: Outcome, isPersonal: boolean): LogFields {
  if (outcome.kind === 'routed' || outcome.kind === 'duplicate') return {};
  const detail = isPersonal ? undefined : outcome.detail?.slice(0, SHOWN_CHARACTERS);
  return { reason: outcome.reason, ...(detail === undefined ? {} : { detail }) };
}
