import type { SQSClient } from '@aws-sdk/client-sqs';
import { createDeadLetterQueue, type DeadLetter } from '../../lib/platform/dead-letter-queue.ts';

export interface ParkedEvent {
  messageId: string;
  eventId: string | null;
  reason: string;
  detail: string;
  parkedAt: string;
}

export interface ParkedEvents {
  /** Up to 100. Those behind another of their group may be missing: the queue hands them out after it. */
  list(): Promise<{ total: number; events: ParkedEvent[] }>;
  /** Back into the events queue; `undefined`: all that lie there now. Answers how many. */
  redrive(messageId: string | undefined): Promise<number>;
}

/** What a killed relay held comes back after it. */
const HOLD_SECONDS = 30;
const MAX_LISTED = 100;

export function createParkedEvents(sqs: SQSClient, queues: { events: string; deadLetter: string }): ParkedEvents {
  const queue = createDeadLetterQueue({
    sqs,
    deadLetterUrl: queues.deadLetter,
    eventsUrl: queues.events,
    holdSeconds: HOLD_SECONDS,
    waitSeconds: 0,
  });
  /** Receives until `take` has enough; puts back what it did not redrive or remove. */
  const lookThrough = async (take: (letter: DeadLetter) => Promise<'taken' | 'kept'>, enough: () => boolean) => {
    const kept: DeadLetter[] = [];
    try {
      while (!enough()) {
        const letters = await queue.receive();
        if (letters.length === 0) return;
        for (const letter of letters) {
          if (enough() || (await take(letter)) === 'kept') kept.push(letter);
        }
      }
    } finally {
      await queue.release(kept);
    }
  };
  const list = async () => {
    const total = await queue.count();
    const events: ParkedEvent[] = [];
    const take = async (letter: DeadLetter) => {
      events.push(shown(letter));
      return 'kept' as const;
    };
    if (total > 0) await lookThrough(take, () => events.length === MAX_LISTED);
    return { total, events };
  };
  const redrive = async (messageId: string | undefined) => {
    const wanted = messageId === undefined ? await queue.count() : 1;
    let redriven = 0;
    const take = async (letter: DeadLetter) => {
      if (messageId !== undefined && letter.messageId !== messageId) return 'kept';
      await queue.redrive(letter);
      redriven++;
      return 'taken';
    };
    await lookThrough(take, () => redriven >= wanted);
    return redriven;
  };
  // one after the other: each hides from the next what it holds
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined); // its own caller hears of it
    return mine;
  };
  return { list: () => inTurn(list), redrive: (messageId) => inTurn(() => redrive(messageId)) };
}

const shown = ({ messageId, eventId, reason, detail, parkedAtMs }: DeadLetter): ParkedEvent => ({
  messageId,
  eventId: eventId ?? null,
  reason,
  detail,
  parkedAt: new Date(parkedAtMs).toISOString(),
});
