import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { DEFAULT_LEASE_MS } from '../../lib/dnc/lease-cover.ts';
import { Closers } from '../../local/closers.ts';
import { keepTicking, sendUnreadables } from './background.ts';
import { check } from './checker/check.ts';
import { diceOf } from './dice.ts';
import { type ThrownFault, throwFaults } from './faults/fault.ts';
import { gather } from './gather.ts';
import { createGenerator, type Generator } from './generator/generator.ts';
import { createPost } from './generator/post.ts';
import type { SoakOptions } from './options.ts';
import { logOf, settle } from './relays.ts';
import type { SoakResult } from './report.ts';
import { POPULATION, startWorld, type World } from './world.ts';

const LONG_FROM_MINUTES = 3;
/**
 * The lease of a batcher that died in the last second, and a run after it; for long ones besides: the two minutes that the
 * outcome of a request may stay open, and the visibility of what a killed function held, each after the other's failure.
 */
const SETTLE_MS = { short: DEFAULT_LEASE_MS + 60_000, long: DEFAULT_LEASE_MS + 300_000 };
/** A long soak is to get through many events, too; with a store away half of the time hardly any would. */
const CALMER_FROM_MS = 900_000;
const CALMER = 2;
const SAY_EVERY_MS = 10_000;
const FUNCTIONS = ['webhook-receiver', 'dedup-router', 'dnc-batcher', 'subscription-reconciler', 'token-refresher'];

type Say = (line: string) => void;

/** Starts everything, sends events under faults, waits until all is worked off, and judges. Leaves no process behind. */
export async function runSoak(options: SoakOptions, directory: string, say: Say): Promise<SoakResult> {
  const { minutes, seed, embedded } = options;
  const long = minutes >= LONG_FROM_MINUTES;
  const closers = new Closers();
  let result: SoakResult | undefined;
  const faults: unknown[] = [];
  try {
    const world = await startWorld({ embedded, directory, long }, closers);
    say(`${world.relays.length} relay(s) up; seed ${seed}`);
    result = await soak(options, world, long ? SETTLE_MS.long : SETTLE_MS.short, say);
  } catch (error) {
    faults.push(error);
  }
  await closers.closeAll().catch((error: unknown) => faults.push(error)); // must not hide what went wrong before it
  if (result !== undefined) {
    for (const fault of faults) say(inspect(fault));
    return result;
  }
  throw new AggregateError(faults, 'the soak could not be run to its end');
}

async function soak(options: SoakOptions, world: World, settleMs: number, say: Say): Promise<SoakResult> {
  const { seed, eventsPerSecond, minutes } = options;
  const { relays } = world;
  const chance = diceOf(seed, 'relay of a request');
  const generator = createGenerator({
    dice: diceOf(seed, 'events'),
    population: POPULATION,
    eventsPerSecond,
    post: createPost(() => chance.pick(relays).url()),
  });
  const untilMs = Date.now() + minutes * 60_000;
  const giveUp = new AbortController();
  const sending = generator.run(untilMs, giveUp.signal);
  const { thrown, unreadableSent } = await disturb(world, seed, untilMs, () => void progress(generator, world, say));
  say('faults are over; waiting until everything is worked off');
  const late = setTimeout(() => giveUp.abort(), settleMs);
  await sending;
  clearTimeout(late);
  const settled = await settle(relays, settleMs);
  const evidence = await gather(world, generator, { ...settled, unreadableSent });
  const logs = new Map(
    relays.flatMap((relay) => FUNCTIONS.map((name) => [`${relay.name} ${name}`, logOf(relay, name)])),
  );
  return { options, evidence, verdict: check(evidence), requests: generator.requests(), thrown, logs };
}

/** Throws faults of every part until it is time; all of them are over when it resolves. */
async function disturb(world: World, seed: number, untilMs: number, tell: () => void) {
  const { faulty, relays, aws } = world;
  const thrown: ThrownFault[] = [];
  const calmTimes = untilMs - Date.now() >= CALMER_FROM_MS ? CALMER : 1;
  const end = new AbortController();
  const throwing = Promise.all(
    faulty.map((part) => throwFaults(part, diceOf(seed, part.name), end.signal, thrown, calmTimes)),
  );
  throwing.catch(() => undefined); // heard of below
  const ticking = keepTicking(relays, end.signal);
  const unreadable = sendUnreadables(aws, end.signal);
  const telling = setInterval(tell, SAY_EVERY_MS);
  await sleep(untilMs - Date.now());
  clearInterval(telling);
  end.abort();
  await Promise.all([throwing, ticking]);
  return { thrown, unreadableSent: await unreadable };
}

async function progress(generator: Generator, { aws }: World, say: Say): Promise<void> {
  const queued = await aws.queued();
  say(`${generator.sent.length} events, ${generator.requests()} requests; ${queued} in the queue`);
}
