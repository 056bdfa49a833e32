import { fullJitterMs } from '../platform/backoff.ts';
import type { Clock } from '../platform/clock.ts';
import { allSettled } from './all-settled.ts';
import type { BatchSize } from './batch-size.ts';
import type { BatchAnswer, ContactResult } from './dnc-api.ts';
import type { Fates } from './fates.ts';
import { asUpsert, type Group, halvesOf, tenthsOf } from './group.ts';
import type { LatenessSettings } from './lease-cover.ts';
import { MAX_PAUSE_MS, type Pause } from './pause.ts';
import type { Sent } from './request-sender.ts';

/** Why a run ends before the queue is empty; none of these is a contact's fault. */
export type Stop = 'time' | 'lease-lost' | 'throttled' | 'outage';

/** What is to be sent in a group's stead, the last one first; `stop` ends the run with these unsent. */
export interface Step {
  next: Group[];
  stop?: Stop;
}

export interface AnswerStepsSettings {
  fates: Fates;
  size: BatchSize;
  pause: Pause;
  lateness: LatenessSettings;
  /** How long a request may still be put off without missing the run's deadline; negative: no more requests. */
  timeLeftMs: () => number;
  clock: Clock;
  random: () => number;
}

/** Requests of one group with an open outcome before it is halved; a contact alone has as many. */
const OPEN_TRIES = 3;
/**
 * Open outcomes in a row, with no answer between them, that make an outage. One poisonous contact costs at most 12 on the way
 * down from 100 to 1, two neighbours 15; in an outage this is all that a run sends.
 */
export const OUTAGE_REQUESTS = 16;
const OPEN_BACKOFF = { firstDelayMs: 1000, maxDelayMs: 8000 };
const THROTTLE_BACKOFF = { firstDelayMs: 1000, maxDelayMs: 60_000 };
/** Longer waits are left to a later run. Shorter than the lease. */
const MAX_WAIT_MS = 60_000;

export interface AnswerSteps {
  onAnswer(group: Group, sent: Sent): Promise<Step>;
  /** Gives the contacts that failed alone their fate; see below. */
  settleAlone(stop: Stop | undefined): Promise<void>;
}

/**
 * What follows from each answer (contract §6). One that does not fit all contacts splits them: k bad ones among n cost
 * O(k · log n) requests. An open outcome (5xx, reset) is repeated and then split as well, one on which CXone hung is split at
 * once, since one contact may be its cause, but it never counts as an attempt. A contact that fails alone is at fault only if
 * CXone answers others after it: an answer before it would also be there if an outage began in between. One that was at
 * fault before goes last, with nobody after it; for it any answer in the run is enough.
 */
export function createAnswerSteps(settings: AnswerStepsSettings): AnswerSteps {
  const { fates, size, pause, lateness, timeLeftMs, clock, random } = settings;
  let alone: { group: Group; reason: string }[] = [];
  let openInARow = 0;
  let throttledInARow = 0;
  let answered = false;

  const onResults = async (group: Group, results: ContactResult[], requestId: string): Promise<Step> => {
    const { members, notBeforeMs } = group;
    const taken = members.filter((_, index) => results[index]?.kind === 'taken');
    if (taken.length > 0) {
      size.onSuccess();
      await fates.confirm(taken, notBeforeMs, requestId);
    }
    await allSettled(members, async (member, index) => {
      const result = results[index];
      if (result?.kind === 'refused') await fates.refuse(member, notBeforeMs, requestId, result.reason);
      if (result?.kind === 'unanswered') await fates.keepApart({ ...group, members: [member] }, result.reason);
    });
    return { next: [] };
  };

  const onRefused = async (group: Group, reason: string, requestId: string): Promise<Step> => {
    const [only, ...others] = group.members;
    if (only === undefined || others.length > 0) return { next: halvesOf(group) };
    await fates.refuse(only, group.notBeforeMs, requestId, reason);
    return { next: [] };
  };

  const onConflict = async (
    group: Group,
    { existingRecordId, reason }: BatchAnswer & { kind: 'conflict' },
    requestId: string,
  ): Promise<Step> => {
    const [only, ...others] = group.members;
    if (existingRecordId === undefined && !group.upserted) return { next: [asUpsert(group)] };
    const isItsOwn = others.length === 0 && only?.contact.upsert?.existingRecordId === undefined;
    if (existingRecordId !== undefined && isItsOwn) return { next: [asUpsert(group, existingRecordId)] };
    return onRefused(group, reason, requestId);
  };

  const onThrottled = async (group: Group, retryAfterMs: number | undefined): Promise<Step> => {
    size.onThrottled();
    const waitMs = Math.max(retryAfterMs ?? 0, fullJitterMs(throttledInARow++, THROTTLE_BACKOFF, random));
    if (waitMs > Math.min(MAX_WAIT_MS, timeLeftMs())) {
      await pause.set(clock.nowMs() + Math.min(waitMs, MAX_PAUSE_MS));
      return { next: [group], stop: 'throttled' };
    }
    await clock.sleep(waitMs);
    return { next: [group] };
  };

  const onOpen = async (
    group: Group,
    { reason, mayStillRun }: BatchAnswer & { kind: 'open' },
    tookMs: number,
  ): Promise<Step> => {
    const isAlone = group.members.length === 1;
    const hung = tookMs >= lateness.timeoutMs / 2;
    // In place: it must be known even if what follows throws.
    if (mayStillRun) group.notBeforeMs = clock.nowMs() + lateness.lateExecutionMs;
    group.openTries++;
    if (++openInARow >= OUTAGE_REQUESTS) return { next: [group], stop: 'outage' };
    if (group.openTries < OPEN_TRIES && (isAlone || !hung)) {
      await clock.sleep(Math.min(fullJitterMs(group.openTries, OPEN_BACKOFF, random), Math.max(0, timeLeftMs())));
      return { next: [group] };
    }
    if (isAlone) {
      alone.push({ group, reason });
      return { next: [] };
    }
    const hasOneTry = ({ members }: Group) => hung || members.length > 1;
    const parts = hung ? tenthsOf(group) : halvesOf(group);
    return { next: parts.map((part) => ({ ...part, openTries: hasOneTry(part) ? OPEN_TRIES - 1 : 0 })) };
  };

  const settleAlone = async (stop: Stop | undefined): Promise<void> => {
    for (const { group, reason } of alone) {
      const wasAtFault = group.members.every(({ item }) => item.lastError !== null);
      const isTheirFault = stop !== 'outage' && answered && (openInARow === 0 || wasAtFault);
      await (isTheirFault ? fates.keepApart(group, reason) : fates.holdBack(group));
    }
    alone = [];
  };

  return {
    settleAlone,
    async onAnswer(group, { requestId, answer, tookMs }) {
      if (answer.kind === 'open') return onOpen(group, answer, tookMs);
      if (answer.kind === 'throttled') return onThrottled(group, answer.retryAfterMs);
      openInARow = 0;
      throttledInARow = 0;
      answered = true;
      await settleAlone(undefined);
      if (answer.kind === 'results') return onResults(group, answer.results, requestId);
      if (answer.kind === 'refused') return onRefused(group, answer.reason, requestId);
      return onConflict(group, answer, requestId);
    },
  };
}
