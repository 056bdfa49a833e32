import type { FilterRecord, FilterRecordStore } from './filter-record.ts';
import { GENERATION_MS, generationEndMs, generationOf } from './generations.ts';
import type { DedupEvent } from './types.ts';
import { contradictions, type WindowAnswer } from './window-check.ts';

/** How far ahead `sinceMs` is moved: more than clocks differ, so that one write serves many batches. */
const LEAD_MS = 300_000;

export interface ConfirmationInput {
  batch: readonly DedupEvent[];
  /** Events about to be published and committed. */
  fresh: readonly DedupEvent[];
  young: ReadonlySet<DedupEvent>;
  /** The reply that counts; undefined: there is none. */
  answer: WindowAnswer | undefined;
  /** As read at the beginning of the batch. */
  record: FilterRecord;
  nowMs: number;
  windowMs: number;
}

/**
 * Steps 4 to 6 of design §4. Holds afterwards, or rejects: every fresh event has its bits in a generation that is listed
 * under its stamp, or `sinceMs` has reached its receipt. Only then may it be committed: a later repeat then either meets
 * the bits, or a contradiction, or a `sinceMs` that sends it to the ledger.
 */
export async function confirmBits(
  store: FilterRecordStore,
  input: ConfirmationInput,
  onFault: (error: unknown) => void,
): Promise<{ damaged: boolean }> {
  const lost = input.answer && input.young.size > 0 ? contradictions(input.answer, input.record) : [];
  let confirmed: boolean;
  let damaged = false;
  if (input.answer && lost.length > 0) {
    damaged = await reportDamage(store, input, input.answer, lost).catch((error) => {
      onFault(error);
      return false;
    });
    confirmed = false; // covered below; a refused write when the damage was reported just now
  } else {
    confirmed = await listGenerations(store, input).catch((error) => {
      onFault(error);
      return false;
    });
  }
  await coverUnconfirmed(store, input, confirmed);
  return { damaged };
}

/** Step 4: one conditional write; false when another router was first. */
async function reportDamage(
  store: FilterRecordStore,
  { batch, record, nowMs }: ConfirmationInput,
  { generations }: WindowAnswer,
  lost: readonly number[],
): Promise<boolean> {
  const was = new Map<number, string>();
  const now = new Map<number, string>();
  for (const generation of lost) {
    const before = record.listed.get(generation);
    if (before !== undefined) was.set(generation, before);
    const state = generations.get(generation);
    if (state) now.set(generation, state.stamp);
  }
  const sinceMs = Math.max(nowMs, ...batch.map((event) => event.receivedAtMs)) + LEAD_MS;
  return (await store.damage({ was, now, sinceMs })) === 'done';
}

/** Step 5: lists the generations of fresh events; true when their bits are confirmed. */
async function listGenerations(store: FilterRecordStore, input: ConfirmationInput): Promise<boolean> {
  const { fresh, young, answer, record, nowMs, windowMs } = input;
  if (!answer) return false;
  const stamps = new Map<number, string>();
  for (const event of fresh) {
    const generation = generationOf(event.receivedAtMs);
    if (!young.has(event) || record.listed.has(generation)) continue;
    const state = answer.generations.get(generation);
    if (!state) return false; // it ended at once: nothing to list
    stamps.set(generation, state.stamp);
  }
  if (stamps.size === 0) return true;
  const over = (generation: number) => generationEndMs(generation, windowMs) + GENERATION_MS < nowMs;
  return (await store.list(stamps, [...record.listed.keys()].filter(over))) === 'done';
}

/** Step 6: `sinceMs` reaches whatever has no confirmed bits. Refused means that it is there already. */
async function coverUnconfirmed(
  store: FilterRecordStore,
  { fresh, young, record }: ConfirmationInput,
  confirmed: boolean,
): Promise<void> {
  const bare = fresh.filter((event) => event.receivedAtMs > record.sinceMs && !(confirmed && young.has(event)));
  if (bare.length === 0) return;
  const neededMs = Math.max(...bare.map((event) => event.receivedAtMs));
  await store.cover(neededMs, neededMs + LEAD_MS);
}
