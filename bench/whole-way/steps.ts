import { setTimeout as sleep } from 'node:timers/promises';
import type { Arrivals } from './arrivals.ts';
import { type Sent, sendOpenLoop, wallMs } from './open-loop.ts';
import { type CpuTime, cpuSince, cpuTimeOf } from './process-cpu.ts';
import type { Subject } from './subject.ts';
import { type BacklogSample, backlogGrows } from './sustained.ts';

let lastNumber = 0;

export interface Steady {
  sent: Sent[];
  /** The subject's, until the last has arrived. */
  cpu: CpuTime;
}

const ARRIVAL_WITHIN_MS = 30_000;

/** So many events at a steady rate that the subject can do. @throws when one is not accepted or does not arrive */
export async function sendSteadily(
  subject: Subject,
  arrivals: Arrivals,
  { ratePerSecond, count }: { ratePerSecond: number; count: number },
): Promise<Steady> {
  const before = cpuTimeOf(subject.pid);
  const sent = await sendOpenLoop({ ratePerSecond, count, firstNumber: taken(count), post: subject.post });
  const refused = sent.find(({ status }) => status !== 202);
  if (refused !== undefined) throw new Error(`an event was answered ${refused.status}`);
  await arrivals.waitFor(
    sent.map(({ number }) => number),
    ARRIVAL_WITHIN_MS,
  );
  return { sent, cpu: cpuSince(before, cpuTimeOf(subject.pid)) };
}

const SAMPLE_EVERY_MS = 100;

export interface Step {
  keepsUp: boolean;
  /** Shares of one core and of the whole machine. */
  mainThread: number;
  machine: number;
}

/** Whether the subject keeps up with a rate for that long; waits until its backlog is gone. */
export async function tryRate(
  subject: Subject,
  arrivals: Arrivals,
  { ratePerSecond, forMs }: { ratePerSecond: number; forMs: number },
): Promise<Step> {
  const count = Math.ceil((ratePerSecond * forMs) / 1000);
  const firstNumber = taken(count);
  const before = cpuTimeOf(subject.pid);
  const startMs = wallMs();
  const samples: BacklogSample[] = [];
  const sending = sendOpenLoop({ ratePerSecond, count, firstNumber, post: subject.post });
  sending.catch(() => undefined); // heard of below
  const numbers = Array.from({ length: count }, (_, place) => firstNumber + place);
  while (wallMs() < startMs + forMs) {
    await sleep(SAMPLE_EVERY_MS);
    const atMs = wallMs();
    const due = Math.min(count, Math.floor(((atMs - startMs) * ratePerSecond) / 1000));
    const arrived = numbers.filter((number) => arrivals.byNumber.has(number)).length;
    samples.push({ atMs, backlog: due - arrived });
  }
  const cpu = cpuSince(before, cpuTimeOf(subject.pid));
  const lastedMs = wallMs() - startMs;
  const sent = await sending;
  const accepted = sent.filter(({ status }) => status === 202);
  await arrivals.waitFor(
    accepted.map(({ number }) => number),
    ARRIVAL_WITHIN_MS,
  );
  return {
    keepsUp: accepted.length === sent.length && !backlogGrows(samples, ratePerSecond),
    mainThread: cpu.mainMs / lastedMs,
    machine: cpu.machineBusyMs / cpu.machineMs,
  };
}

function taken(count: number): number {
  const first = lastNumber + 1;
  lastNumber += count;
  return first;
}
