import type { AuditEntry, AuditTrail } from '../platform/audit-port.ts';
import type { Clock } from '../platform/clock.ts';
import { messageOf, UnavailableError } from '../platform/errors.ts';
import type { Log } from '../platform/logging.ts';
import { type AuditKeys, type AuditRecord, digestOf, hashOf, keyIdOf } from './record.ts';
import type { AuditStore } from './store.ts';

export interface AuditTrailSettings {
  store: AuditStore;
  /** One writer at a time is the rule (leases see to it); two at once still make one chain, only slower. */
  stream: string;
  keys: () => Promise<AuditKeys>;
  /** Asked when the newest record bears a key that `keys` does not know; `keys` shall then answer the present ones. */
  refetchKeys?: () => Promise<unknown>;
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
  const { store, stream, keys, refetchKeys, clock, log } = settings;
  let tip: Tip | undefined;
  let queue: Promise<void> = Promise.resolve();

  /** Another process may have been quicker to learn of a rotated key; after its records verify refuses the one before. */
  const presentKey = async (tipKeyId: string | undefined): Promise<string> => {
    const known = await keys();
    const knows = [known.key, ...(known.previous ?? [])].some((key) => keyIdOf(key) === tipKeyId);
    if (knows || tipKeyId === undefined) return known.key;
    await refetchKeys?.();
    return (await keys()).key;
  };

  const appendNow = async (given: AuditEntry): Promise<void> => {
    const entry = wellFormed(given);
    for (let collision = 0; collision < MAX_COLLISIONS; collision++) {
      tip ??= await readTip(store, stream);
      const key = await presentKey(tip.keyId);
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
        tip = { seq: record.seq, hash: record.hash, keyId: record.keyId };
        await store.moveHead({ stream, seq: record.seq, hash: record.hash });
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

/** Where the chain ends, and the key of its newest record. */
interface Tip {
  seq: number;
  hash: string;
  keyId: string | undefined;
}

/** The table would keep half a character as another one, and the hash would not match what is read. */
function wellFormed({ operation, subject, status, details }: AuditEntry): AuditEntry {
  const facts = Object.entries(details).map(([name, value]) => [
    name,
    typeof value === 'string' ? value.toWellFormed() : value,
  ]);
  return { operation, subject: subject.toWellFormed(), status, details: Object.fromEntries(facts) };
}

/**
 * Where the next record goes. A head beyond the last record means that records vanished: the chain goes on from the head, so
 * that the gap stays to be seen instead of being filled with new records.
 */
async function readTip(store: AuditStore, stream: string): Promise<Tip> {
  const [last, head] = await Promise.all([store.last(stream), store.head(stream)]);
  const { seq, hash } = head && head.seq > (last?.seq ?? 0) ? head : (last ?? { seq: 0, hash: '' });
  return { seq, hash, keyId: last?.keyId };
}
