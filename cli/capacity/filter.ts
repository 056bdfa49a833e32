import {
  type BloomGeometry,
  bloomGeometry,
  HEADER_BYTES,
  UPSTASH_RECORD_LIMIT_BYTES,
} from '../../lib/dedup/geometry.ts';

/** Redis keeps a generation six days from its start (lib/dedup/generations.ts), and a new one begins each day. */
const GENERATIONS_KEPT = 6;
/** Generations before its own that an event is looked up in, with the default window of 72 h. */
const OLDER_GENERATIONS = 3;
const DAY_SECONDS = 86_400;
export const WANTED_RATE = 0.001;
/** Above it the filter answers "maybe" too often to be worth its call. */
const HIGHEST_RATE = 0.3;
const MOST_BITS = 8 * (UPSTASH_RECORD_LIMIT_BYTES - HEADER_BYTES - 1);

export interface FilterPlan {
  geometry: BloomGeometry;
  /** Setting for the stage file; rounded up so that the bitmap fits one record. */
  falsePositiveRate: number;
  /** Of new events, how many the ledger is asked for all the same, 0 to 1. */
  maybeRate: number;
  dataBytes: number;
}

/** `dedup.eventsPerDay` and `.falsePositiveRate` for this load; undefined: no bitmap that fits a record helps. */
export function planFilter(newEventsPerSecond: number): FilterPlan | undefined {
  const eventsPerDay = Math.max(1, Math.ceil(newEventsPerSecond * DAY_SECONDS));
  const fitting = Math.exp((-MOST_BITS / eventsPerDay) * Math.LN2 ** 2);
  const falsePositiveRate = fitting > WANTED_RATE ? roundedUp(fitting) : WANTED_RATE;
  if (falsePositiveRate > HIGHEST_RATE) return undefined;
  const geometry = bloomGeometry({ eventsPerDay, falsePositiveRate });
  const dataBytes = GENERATIONS_KEPT * (HEADER_BYTES + Math.ceil(geometry.bits / 8));
  return { geometry, falsePositiveRate, maybeRate: maybeRate(geometry), dataBytes };
}

/** New events a second up to which a day's bitmap fits a record; by default at the rate from which on it is not worth its call. */
export function fittingRate(falsePositiveRate = HIGHEST_RATE): number {
  const bitsAnEvent = -Math.log(falsePositiveRate) / Math.LN2 ** 2;
  return MOST_BITS / bitsAnEvent / DAY_SECONDS;
}

/** A day's bitmap at the default rate of false positives, whether or not a record holds it. */
export function bitmapBytes(eventsPerDay: number): number {
  const maxBytes = Number.POSITIVE_INFINITY;
  const { bits } = bloomGeometry({ eventsPerDay: Math.max(1, eventsPerDay), falsePositiveRate: WANTED_RATE, maxBytes });
  return HEADER_BYTES + Math.ceil(bits / 8);
}

/** Two significant digits. */
function roundedUp(rate: number): number {
  const unit = 10 ** (Math.floor(Math.log10(rate)) - 1);
  return Number((Math.ceil(rate / unit) * unit).toPrecision(2));
}

/** Three full generations, and the own one at its average over a day of steady filling; the next one is empty. */
function maybeRate({ bits, hashes, capacity }: BloomGeometry): number {
  const rateAt = (fill: number) => (1 - Math.exp((-hashes * fill * capacity) / bits)) ** hashes;
  const steps = 100;
  let own = 0;
  for (let step = 0; step < steps; step++) own += rateAt((step + 0.5) / steps) / steps;
  return 1 - (1 - rateAt(1)) ** OLDER_GENERATIONS * (1 - own);
}
