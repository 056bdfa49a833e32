import { decodeEnvelope, type Envelope } from '../../lib/events/envelope.ts';
import { PoisonError } from '../../lib/platform/errors.ts';
import { type Deadlines, hasTime } from './deadlines.ts';
import type { RouterDeps } from './deps.ts';
import { HELD_BACK } from './group-order.ts';
import { behindElder, type Outcome, outOfTime, retryAfter } from './outcome.ts';
import { park } from './parking.ts';
import type { QueuedRecord } from './queued-record.ts';
import { type RouterEvent, readEvent } from './router-event.ts';

/** A day less than the queue keeps a message: what cannot be routed in 13 days is parked while it still exists. */
const PATIENCE_MS = 13 * 86_400_000;

/**
 * Reads the batch. What can never become an event, or has been retried for 13 days, is parked; what comes back are the
 * others, in their order. While one cannot be parked its group waits behind it: its destination may be unknown.
 * @param envelopes gets those that could be read, of parked and waiting records too: their lines say what they are about
 */
export async function openRecords(
  deps: RouterDeps,
  records: readonly QueuedRecord[],
  deadlines: Deadlines,
  outcomes: Map<QueuedRecord, Outcome>,
  envelopes: Map<QueuedRecord, Envelope>,
): Promise<RouterEvent[]> {
  const events: RouterEvent[] = [];
  const heldGroups = new Set<string>();
  for (const record of records) {
    const envelope = envelopeOf(record);
    if (!(envelope instanceof PoisonError)) envelopes.set(record, envelope);
    const isHeld = heldGroups.has(record.groupId);
    const opened = isHeld ? behindElder(HELD_BACK) : await open(deps, record, envelope, deadlines);
    if ('envelope' in opened) {
      events.push(opened);
      continue;
    }
    outcomes.set(record, opened);
    if (opened.kind === 'retry') heldGroups.add(record.groupId);
  }
  return events;
}

function envelopeOf({ body }: QueuedRecord): Envelope | PoisonError {
  try {
    return decodeEnvelope(body);
  } catch (error) {
    if (error instanceof PoisonError) return error;
    throw error;
  }
}

async function open(
  deps: RouterDeps,
  record: QueuedRecord,
  envelope: Envelope | PoisonError,
  deadlines: Deadlines,
): Promise<RouterEvent | Outcome> {
  try {
    if (envelope instanceof PoisonError) throw envelope;
    const event = readEvent(record, envelope, deps.settings.strategies);
    if (deps.clock.nowMs() - record.queuedAtMs > PATIENCE_MS) throw exhausted(record);
    return event;
  } catch (error) {
    if (!(error instanceof PoisonError)) return retryAfter(error);
    if (!hasTime(deps.clock, deadlines)) return outOfTime;
    return park(deps, record, error, envelope instanceof PoisonError ? undefined : envelope);
  }
}

const exhausted = ({ receiveCount }: QueuedRecord) =>
  new PoisonError(
    'retries-exhausted',
    `not routed in 13 days and ${receiveCount} deliveries; the log tells of each by this eventId; redrive when it is mended`,
  );
