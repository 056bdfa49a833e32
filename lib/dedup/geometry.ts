import { ConfigError } from '../platform/errors.ts';

/** Shape of one generation's bitmap. */
export interface BloomGeometry {
  bits: number;
  /** Bits set an event. */
  hashes: number;
  /** Events a generation is made for: with more, the ledger is read more often, and nothing else happens. */
  capacity: number;
  /** Part of the key: another geometry has other keys, so a change of settings is met like a loss of Redis. */
  tag: string;
}

export interface GeometrySettings {
  eventsPerDay: number;
  /** Of one generation at capacity, 0 to 1; a new event is looked up in about five. */
  falsePositiveRate: number;
  /** Largest value the server stores. Default: Upstash's 100 MB; plain Redis takes REDIS_STRING_LIMIT_BYTES. */
  maxBytes?: number;
}

export const UPSTASH_RECORD_LIMIT_BYTES = 100_000_000;
export const REDIS_STRING_LIMIT_BYTES = 512 * 1024 * 1024;
/** Stamp and counter in front of the bitmap (`bloom-script.ts`). */
export const HEADER_BYTES = 32;

/** The smallest bitmap and its best number of hashes; ConfigError when the server could not store it. */
export function bloomGeometry(settings: GeometrySettings): BloomGeometry {
  const { eventsPerDay, falsePositiveRate, maxBytes = UPSTASH_RECORD_LIMIT_BYTES } = settings;
  const bitsAnEvent = -Math.log(falsePositiveRate) / Math.LN2 ** 2;
  const bits = Math.ceil(eventsPerDay * bitsAnEvent);
  const hashes = Math.max(1, Math.round((bits / eventsPerDay) * Math.LN2));
  const bytes = HEADER_BYTES + Math.ceil(bits / 8);
  if (bytes > maxBytes) {
    const most = Math.floor(((maxBytes - HEADER_BYTES) * 8 - 1) / bitsAnEvent);
    throw new ConfigError(
      'dedup.eventsPerDay',
      `${eventsPerDay} with falsePositiveRate ${falsePositiveRate} needs ${bytes} bytes a day; the server stores ${maxBytes}: ` +
        `use at most ${most} (more events than that only cause more ledger reads) or a higher falsePositiveRate`,
    );
  }
  return { bits, hashes, capacity: eventsPerDay, tag: `${bits}x${hashes}` };
}
