import type { Envelope } from '../../lib/events/envelope.ts';
import type { LogFields } from '../../lib/platform/logging.ts';
import { maskPhoneNumber } from '../../lib/platform/masking.ts';
import type { RouterDeps } from './deps.ts';
import type { Outcome } from './outcome.ts';
import type { QueuedRecord } from './queued-record.ts';

/** What the wide line of one record is made of; `envelope` is missing when it could not be read. */
export interface Answered {
  record: QueuedRecord;
  outcome: Outcome;
  envelope?: Envelope | undefined;
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

/**
 * One wide line and one metric for a record's outcome. The line of an event that has left the queue has no ids of the queue
 * and nothing that its other fields tell: every byte of it is paid for by the event.
 */
export function report(
  { log, metrics, clock }: Pick<RouterDeps, 'log' | 'metrics' | 'clock'>,
  answered: Answered,
): void {
  const { record, outcome, envelope, topic, durations } = answered;
  const nowMs = clock.nowMs();
  metrics.add(METRIC[outcome.kind], 1);
  if (outcome.kind === 'retry')
    metrics.add('RetriedEventAge', Math.max(0, nowMs - record.queuedAtMs) / 1000, 'Seconds');
  if (envelope && topic !== undefined && outcome.kind === 'routed')
    metrics.add('ReceiptToTopic', nowMs - envelope.receivedAtMs, 'Milliseconds');
  const isSettled = outcome.kind === 'routed' || outcome.kind === 'duplicate';
  log[LEVEL[outcome.kind]](`event ${outcome.kind}`, {
    outcome: outcome.kind,
    ...(isSettled ? {} : { messageId: record.messageId }),
    ...(isSettled && record.receiveCount === 1 ? {} : { receiveCount: record.receiveCount }),
    ...(topic === undefined ? {} : { topic }),
    ...eventFields(record, envelope, nowMs, isSettled),
    ...reasonFields(outcome, envelope?.kind === 'dnc'),
    ...durations,
  });
}

/** A number's group is a hash of the number, which is soon guessed: for DNC the masked number takes its place. */
function eventFields(
  { groupId }: QueuedRecord,
  envelope: Envelope | undefined,
  nowMs: number,
  isSettled: boolean,
): LogFields {
  if (envelope === undefined) return { groupId };
  const { kind, eventId, orderKey, receivedAtMs } = envelope;
  return {
    kind,
    eventId,
    ...(kind === 'dnc'
      ? { phoneNumber: maskPhoneNumber(orderKey ?? '') }
      : { ...(isSettled ? {} : { groupId }), orderKey: orderKey?.slice(0, SHOWN_CHARACTERS) ?? null }),
    ...(isSettled ? {} : { receivedAt: new Date(receivedAtMs).toISOString() }),
    ageMs: nowMs - receivedAtMs,
  };
}

/** Details may quote what a neighbour said; of an event that holds a phone number only the code is shown. */
function reasonFields(outcome: Outcome, isPersonal: boolean): LogFields {
  if (outcome.kind === 'routed' || outcome.kind === 'duplicate') return {};
  const detail = isPersonal ? undefined : outcome.detail?.slice(0, SHOWN_CHARACTERS);
  return { reason: outcome.reason, ...(detail === undefined ? {} : { detail }) };
}
