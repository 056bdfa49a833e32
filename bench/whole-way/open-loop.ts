import { setTimeout as sleep } from 'node:timers/promises';

/** One request. Times are wall clock, with fractions of a millisecond. */
export interface Sent {
  number: number;
  /** When it was due: a sender that is late, or waits for a connection, counts as latency. */
  intendedMs: number;
  status: number;
  eventId: string | null;
}

export interface OpenLoop {
  ratePerSecond: number;
  count: number;
  /** Of the first event; the others follow. */
  firstNumber: number;
  post: (number: number) => Promise<{ status: number; eventId: string | null }>;
}

export const wallMs = (): number => performance.timeOrigin + performance.now();

/** Sends at a steady rate whatever becomes of the requests before, and waits for all answers. */
export async function sendOpenLoop({ ratePerSecond, count, firstNumber, post }: OpenLoop): Promise<Sent[]> {
  const startMs = wallMs();
  const answers: Promise<Sent>[] = [];
  for (let place = 0; place < count; place++) {
    const intendedMs = startMs + (place * 1000) / ratePerSecond;
    const earlyMs = intendedMs - wallMs();
    if (earlyMs > 0) await sleep(Math.ceil(earlyMs));
    const number = firstNumber + place;
    answers.push(post(number).then((answer) => ({ number, intendedMs, ...answer })));
  }
  return Promise.all(answers);
}
