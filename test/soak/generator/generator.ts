import { setTimeout as sleep } from 'node:timers/promises';
import { exponentialDelayMs } from '../../../lib/platform/backoff.ts';
import type { SentEvent } from '../checker/evidence.ts';
import type { Dice } from '../dice.ts';
import { type MadeEvent, makeEvent, type Population } from './make-event.ts';

export interface GeneratorSettings {
  dice: Dice;
  population: Population;
  eventsPerSecond: number;
  /** One POST; status 0 when nobody answered. */
  post: (body: string) => Promise<{ status: number; eventId: string | null }>;
}

export interface Generator {
  readonly sent: readonly SentEvent[];
  requests(): number;
  /** Whether this is what was sent for that event, byte for byte. */
  isAsSent(number: number, value: string): boolean;
  /** Ends when `untilMs` has come, every event has its 202 and every repeat was sent; `giveUp` ends it at once. */
  run(untilMs: number, giveUp: AbortSignal): Promise<void>;
}

/** A relay that stands still for a minute holds many requests; the others go on meanwhile. */
const MOST_AT_ONCE = 3000;
/** Of what could not be sent at its time: made up for afterwards. */
const MOST_BEHIND = 30_000;
const REPEATED_SHARE = 0.2;
const LATEST_REPEAT_MS = 240_000;
const RETRY = { firstDelayMs: 100, maxDelayMs: 3000 };
const nowMs = () => performance.timeOrigin + performance.now();

/**
 * CXone: sends each event until it is accepted, and some of them again, seconds or minutes later. Half of the contacts send
 * the next event only after the 202 of the one before, the others do not wait.
 */
export function createGenerator({ dice, population, eventsPerSecond, post }: GeneratorSettings): Generator {
  const sent: SentEvent[] = [];
  const all: MadeEvent[] = [];
  const lastOfKey = new Map<string, Promise<void>>();
  const repeats: { atMs: number; made: MadeEvent }[] = [];
  let requests = 0;

  const request = async ({ event, bodyOf }: MadeEvent, retryCount: number): Promise<boolean> => {
    requests++;
    event.begunAtMs = Math.min(event.begunAtMs, nowMs());
    const { status, eventId } = await post(bodyOf(retryCount));
    event.answers.push({ atMs: nowMs(), status });
    if (status !== 202) return false;
    event.acceptedAtMs ??= nowMs();
    event.eventId ??= eventId;
    return true;
  };
  const deliver = async (made: MadeEvent, giveUp: AbortSignal, retryCount = 0): Promise<void> => {
    for (let attempt = 0; !giveUp.aborted; attempt++) {
      if (await request(made, retryCount + attempt)) return;
      await sleep(exponentialDelayMs(attempt, RETRY));
    }
  };
  const deliverNew = async (made: MadeEvent, giveUp: AbortSignal): Promise<void> => {
    const { orderKey } = made.event;
    const waits = orderKey !== null && orderKey.length % 2 === 0;
    const before = waits ? lastOfKey.get(orderKey) : undefined;
    const delivered = (before ?? Promise.resolve()).then(() => deliver(made, giveUp));
    if (waits) lastOfKey.set(orderKey, delivered);
    await delivered;
    if (!dice.chance(REPEATED_SHARE)) return;
    const delayMs = dice.chance(0.5) ? dice.between(0, 4000) : dice.between(0, LATEST_REPEAT_MS);
    repeats.push({ atMs: nowMs() + delayMs, made });
  };

  return {
    sent,
    requests: () => requests,
    isAsSent(number, value) {
      const [, retryCount = '0'] = /"retryCount":(\d+)/.exec(value) ?? [];
      return all[number]?.bodyOf(Number(retryCount)) === value;
    },
    async run(untilMs, giveUp) {
      const atWork = new Set<Promise<void>>();
      const begin = (work: Promise<void>) => {
        const whole = work.finally(() => atWork.delete(whole));
        atWork.add(whole);
      };
      const takeDue = (atMs: number) => {
        for (let index = repeats.length - 1; index >= 0; index--) {
          const repeat = repeats[index];
          if (repeat === undefined || repeat.atMs > atMs) continue;
          repeats.splice(index, 1);
          begin(deliver(repeat.made, giveUp, 1));
        }
      };
      let due = 0;
      let lastMs = nowMs();
      while (nowMs() < untilMs && !giveUp.aborted) {
        await sleep(20);
        const now = nowMs();
        due = Math.min(due + ((now - lastMs) / 1000) * eventsPerSecond, MOST_BEHIND);
        lastMs = now;
        takeDue(now);
        for (; due >= 1 && atWork.size < MOST_AT_ONCE; due--) {
          const made = makeEvent(sent.length, population, Date.now(), dice);
          all.push(made);
          sent.push(made.event);
          begin(deliverNew(made, giveUp));
        }
      }
      while (atWork.size > 0 || repeats.length > 0) {
        if (giveUp.aborted) break;
        if (atWork.size < MOST_AT_ONCE) takeDue(Number.POSITIVE_INFINITY);
        await sleep(20);
      }
      await Promise.all(atWork);
    },
  };
}
