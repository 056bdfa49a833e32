import type { DedupEvent } from '../../lib/dedup/types.ts';
import type { DncEvent } from '../../lib/dnc/types.ts';
import { readDnc } from '../../lib/events/dnc-event.ts';
import type { Envelope } from '../../lib/events/envelope.ts';
import type { DedupStrategy, EventKind } from '../../lib/events/kinds.ts';
import { PoisonError } from '../../lib/platform/errors.ts';
import { type InteractionState, interactionStateOf } from '../../lib/routing/interaction-state.ts';
import type { QueuedRecord } from './queued-record.ts';

/** A record whose envelope and, where the router needs it, body could be read. */
export interface RouterEvent extends DedupEvent {
  record: QueuedRecord;
  envelope: Envelope;
  /** Set for kind `dnc`. */
  dnc?: DncEvent;
  /** Set for kind `interaction-update`. */
  state?: InteractionState;
}

/** Throws PoisonError when the message can never become an event. */
export function readEvent(
  record: QueuedRecord,
  envelope: Envelope,
  strategies: Record<EventKind, DedupStrategy>,
): RouterEvent {
  return {
    id: record.messageId,
    ledgerKey: ledgerKeyOf(envelope, strategies[envelope.kind]),
    groupId: record.groupId,
    receivedAtMs: envelope.receivedAtMs,
    record,
    envelope,
    ...(envelope.kind === 'dnc' ? { dnc: dncEventOf(envelope) } : {}),
    ...(envelope.kind === 'interaction-update' ? { state: interactionStateOf(envelope) } : {}),
  };
}

/** The separators keep the two strategies' keys apart: an interaction id may look like an eventId. */
function ledgerKeyOf({ kind, eventId, orderKey }: Envelope, strategy: DedupStrategy): string {
  return strategy === 'interaction' && orderKey !== null ? `${kind}#${orderKey}` : `${kind}:${eventId}`;
}

function dncEventOf({ orderKey, body, eventId, receivedAtMs }: Envelope): DncEvent {
  if (orderKey === null) throw new PoisonError('dnc-without-number', 'the envelope of a dnc event holds no number');
  const { preference, eventTime } = readDnc(body);
  return { phoneNumber: orderKey, preference, eventTime, eventId, receivedAtMs };
}
