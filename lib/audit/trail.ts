import type { AuditEntry, AuditTrail } from '../platform/audit-port.ts';
import type { Clock } from '../platform/clock.ts';
import { messageOf, UnavailableError } from '../platform/errors.ts';
import type { Log } from '../platform/logging.ts';
import { type AuditHead, type AuditKeys, type AuditRecord, digestOf, hashOf, keyIdOf } from './record.ts';
import type { AuditStore } from './store.ts';

export interface AuditTrailSettings {
  store: AuditStore;
  /** One writer at a time is the rule (leases see to it); two at once still make one chain, only slower. */
  stream: string;
  keys: () => Promise<AuditKeys>;
  clock: Clock;
  log: Log;
}

/** How often a number taken by another writer is stepped over before giving up. */
const MAX_COLLISIONS = 20;

/**
 * Appends to the chain of one stream. The record is written first, the head after it: a crash between the two leaves the
 * head one behind, which verify accepts; a head ahead of the records is a cut tail, which it does not. The head is also
 * logged, so that whoever can write both tables still cannot rewrite the log.
 */
export function createAuditTrail(settings: AuditTrailSettings): AuditTrail {
  const { store, stream, keys, clock, log } = settings;
  let tip: AuditHead | undefined;
  let queue: Promise<void> = Promise.resolve();

  const appendNow = async (entry: AuditEntry): Promise<void> => {
    const { key } = await keys();
    for (let collision = 0; collision < MAX_COLLISIONS; collision++) {
      tip ??= await readTip(store, stream);
      const unsigned = {
        ...entry,
        stream,
        seq: tip.seq + 1,
        at: new Date(clock.nowMs()).toISOString(),
        keyId: keyIdOf(key),
        prevHash: tip.hash,
      };
      const record: AuditRecord = { ...unsigned, hash: hashOf(unsigned, key) };
      if (await store.add(record)) {
        tip = { stream, seq: record.seq, hash: record.hash };
        await store.moveHead(tip);
        log.info('audit', {
          stream,
          seq: record.seq,
          hash: record.hash,
          operation: entry.operation,
          subject: entry.subject,
          status: entry.status,
        });
        return;
      }
      tip = undefined; // another writer has taken this number, or our own lost answer did: read on
    }
    throw new UnavailableError(
      'audit-contention',
      `audit stream ${stream}: ${MAX_COLLISIONS} numbers were taken by other writers`,
    );
  };

  return {
    digest: async (text) => digestOf(text, (await keys()).key),
    append(entry) {
      const done = queue.then(() =>
        appendNow(entry).catch((error: unknown) => {
          tip = undefined; // the write may have happened: the next one reads where the chain ends
          throw new UnavailableError(
            'audit-unavailable',
            `the audit record could not be written: ${messageOf(error)}`,
            error,
          );
        }),
      );
      queue = done.catch(() => undefined); // its own caller is told; the next entry must not fail for it
      return done;
    },
  };
}

/**
 * Where the next record goes. A head beyond the last record means that records vanished: the chain goes on from the head, so
 * that the gap stays to be seen instead of being filled with new records.
 */
async function readTip(store: AuditStore, stream: string): Promise<AuditHead> {
  const [last, head] = await Promise.all([store.last(stream), store.head(stream)]);
  const lastTip = last ? { stream, seq: last.seq, hash: last.hash } : { stream, seq: 0, hash: '' };
  return head && head.seq > lastTip.seq ? head : lastTip;
}
