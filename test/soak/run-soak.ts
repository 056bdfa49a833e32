import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deadLetterQueueName } from '../../lib/stage/names.ts';
import { Closers } from '../../local/closers.ts';
import { startCxoneSimulator } from '../../local/simulator/server.ts';
import type { CxoneSimulator } from '../../local/simulator/simulator.ts';
import { freePorts } from '../real/services/child.ts';
import { type SoakAws, STAGE, startSoakAws } from './aws.ts';
import { check } from './checker/check.ts';
import type { Death, Evidence } from './checker/evidence.ts';
import { readDeadLetters } from './dead-letters.ts';
import { diceOf } from './dice.ts';
import { conflictingNumbers, faultyCxone } from './faults/cxone.ts';
import { faultyDynamo } from './faults/dynamo.ts';
import { type FaultyPart, type ThrownFault, throwFaults } from './faults/fault.ts';
import { faultySqs, sqsMisbehaviour } from './faults/sqs.ts';
import { createGenerator, type Generator } from './generator/generator.ts';
import { numberIn, TOPICS } from './generator/make-event.ts';
import { createPost } from './generator/post.ts';
import type { SoakOptions } from './options.ts';
import { startEmbeddedParts } from './parts/embedded-parts.ts';
import type { Parts } from './parts/parts.ts';
import { startRealParts } from './parts/real-parts.ts';
import { faultyRelays, logOf, type Settled, type SoakRelay, settle, startSoakRelay } from './relays.ts';
import type { SoakResult } from './report.ts';
import { readRouterLines } from './router-lines.ts';

const POPULATION = { contacts: 150, phoneNumbers: 60 };
/** AWS's five minutes of deduplication in the queue, shortened so that repeats reach the router. */
const DEDUP_SPAN_MS = 10_000;
const OPEN_OUTCOMES_FROM_MINUTES = 3;
const BATCHER_EVERY_MS = 3000;
const RECONCILER_EVERY_MS = 20_000;
const UNREADABLE_EVERY_MS = 7000;
const SUBSCRIPTION = {
  name: 'soak',
  eventType: 'contact.created',
  endpoints: [{ url: 'https://example.com/events', type: 'webhook' }],
};
const FUNCTIONS = ['webhook-receiver', 'dedup-router', 'dnc-batcher', 'subscription-reconciler', 'token-refresher'];

/** The whole relay, with everything around it, for one soak. */
interface World {
  parts: Parts;
  aws: SoakAws;
  simulator: CxoneSimulator;
  relays: SoakRelay[];
  faulty: FaultyPart[];
  deaths: Death[];
}

/** Starts everything, sends events under faults, waits until all is worked off, and judges. Leaves no process behind. */
export async function runSoak(
  options: SoakOptions,
  directory: string,
  say: (line: string) => void,
): Promise<SoakResult> {
  const closers = new Closers();
  try {
    const world = await startWorld(options, directory, closers);
    say(`${world.relays.length} relay(s) up; seed ${options.seed}`);
    return await soak(options, world, say);
  } finally {
    await closers.closeAll();
  }
}

async function startWorld({ embedded, minutes }: SoakOptions, directory: string, closers: Closers): Promise<World> {
  const directoryOf = (number: number) => join(directory, `relay-${number}`);
  const parts = await closers.started(embedded ? startEmbeddedParts(directoryOf(1)) : startRealParts());
  const aws = await closers.started(startSoakAws());
  const { simulator, url } = await closers.started(startCxoneSimulator({ apiRequestsPerSecond: 500 }));
  conflictingNumbers(simulator, POPULATION.phoneNumbers);
  const misbehaviour = sqsMisbehaviour();
  const dynamo = await faultyDynamo(aws.dynamoUrl);
  closers.add(() => dynamo.proxy.close());
  const deaths: Death[] = [];
  const relays: SoakRelay[] = [];
  const dedupSpan = () => Math.floor(Date.now() / DEDUP_SPAN_MS);
  for (const PORT of (await freePorts(parts.relays)).map(String)) {
    const sqs = await faultySqs({ target: aws.sqsUrl, sqs: aws.sqs, dedupSpan }, misbehaviour);
    closers.add(() => sqs.proxy.close());
    const dataDirectory = directoryOf(relays.length + 1);
    mkdirSync(dataDirectory, { recursive: true });
    parts.prepare(dataDirectory);
    const environment = {
      ...parts.environment,
      PORT,
      AWS_ENDPOINT_URL_SQS: sqs.proxy.url,
      AWS_ENDPOINT_URL_DYNAMODB: dynamo.proxy.url,
      CXONE_BASE_URL: url,
      CXONE_CLIENT_ID: simulator.state.options.clientId,
      CXONE_CLIENT_SECRET: simulator.state.options.clientSecret,
    };
    const stage = { subscriptions: [SUBSCRIPTION] };
    const name = `relay ${relays.length + 1}`;
    const relay = await startSoakRelay({ name, dataDirectory, environment, stage, sqs, deaths });
    closers.add(() => relay.end());
    relays.push(relay);
  }
  const faulty = [
    ...parts.faulty,
    dynamo.part,
    misbehaviour.part,
    faultyCxone(simulator, { openOutcomes: minutes >= OPEN_OUTCOMES_FROM_MINUTES }),
    faultyRelays(relays, () => parts.forgetConnections()),
  ];
  return { parts, aws, simulator, relays, faulty, deaths };
}

async function soak(options: SoakOptions, world: World, say: (line: string) => void): Promise<SoakResult> {
  const { minutes, seed, eventsPerSecond, embedded } = options;
  const { relays, faulty, aws } = world;
  const chance = diceOf(seed, 'relay of a request');
  const generator = createGenerator({
    dice: diceOf(seed, 'events'),
    population: POPULATION,
    eventsPerSecond,
    post: createPost(() => chance.pick(relays).url()),
  });
  const thrown: ThrownFault[] = [];
  const faultsEnd = new AbortController();
  const giveUp = new AbortController();
  const untilMs = Date.now() + minutes * 60_000;
  const settleMs = minutes >= OPEN_OUTCOMES_FROM_MINUTES ? 420_000 : 150_000;

  const throwing = Promise.all(
    faulty.map((part) => throwFaults(part, diceOf(seed, part.name), faultsEnd.signal, thrown)),
  );
  const ticking = keepTicking(relays, faultsEnd.signal);
  const unreadable = sendUnreadables(aws, faultsEnd.signal);
  const sending = generator.run(untilMs, giveUp.signal);
  while (Date.now() < untilMs) {
    await sleep(Math.min(10_000, Math.max(1, untilMs - Date.now())));
    say(`${generator.sent.length} events, ${generator.requests()} requests, ${thrown.length} faults`);
  }
  faultsEnd.abort();
  await Promise.all([throwing, ticking]);
  const unreadableSent = await unreadable;
  say('faults are over; waiting until everything is worked off');
  const late = setTimeout(() => giveUp.abort(), settleMs);
  await sending;
  clearTimeout(late);
  const settled = await settle(relays, settleMs);
  const evidence = await gather(world, generator, { ...settled, unreadableSent });
  const logs = new Map(
    relays.flatMap((relay) => FUNCTIONS.map((name) => [`${relay.name} ${name}`, logOf(relay, name)])),
  );
  return {
    options: { ...options, embedded },
    evidence,
    verdict: check(evidence),
    requests: generator.requests(),
    thrown,
    logs,
  };
}

/** A minute's and five minutes' schedules, more often; whatever becomes of a run, the next one comes. */
async function keepTicking(relays: readonly SoakRelay[], stop: AbortSignal): Promise<void> {
  const every = async (functionName: string, everyMs: number) => {
    for (let turn = 0; !stop.aborted; turn++) {
      await sleep(everyMs, undefined, { signal: stop }).catch(() => undefined); // stopping ends the wait
      const url = relays[turn % relays.length]?.url();
      if (url === undefined || stop.aborted) continue;
      const signal = AbortSignal.any([stop, AbortSignal.timeout(60_000)]);
      await fetch(`${url}/_local/invoke/${functionName}`, { method: 'POST', signal }).catch(() => undefined);
    }
  };
  await Promise.all([every('dnc-batcher', BATCHER_EVERY_MS), every('subscription-reconciler', RECONCILER_EVERY_MS)]);
}

async function sendUnreadables(aws: SoakAws, stop: AbortSignal): Promise<number> {
  for (let sent = 0; ; sent++) {
    await sleep(UNREADABLE_EVERY_MS, undefined, { signal: stop }).catch(() => undefined); // stopping ends the wait
    if (stop.aborted) return sent;
    await aws.sendUnreadable(`unreadable-${sent % 3}`);
  }
}

async function gather(
  world: World,
  { sent, isAsSent }: Generator,
  settled: Settled & { unreadableSent: number },
): Promise<Evidence> {
  const { parts, aws, simulator, relays, deaths } = world;
  const { state, unsettled, unreadableSent } = settled;
  const records = await parts.readTopics(Object.values(TOPICS));
  const arrivals = records.map(({ value, ...record }) => {
    const number = numberIn(value);
    return { ...record, number, asSent: number !== null && isAsSent(number, value) };
  });
  return {
    sent,
    arrivals,
    lines: await readRouterLines(relays.map((relay) => logOf(relay, 'dedup-router'))),
    deaths,
    parked: await readDeadLetters(aws.sqs, deadLetterQueueName(STAGE)),
    unreadableSent,
    dnc: {
      queue: new Map(
        state.dnc.numbers.map(({ phoneNumber, preference, ...end }) => [
          phoneNumber,
          { ...end, preference: preference === 'optOut' ? 'optOut' : 'optIn' },
        ]),
      ),
      cxone: new Map(simulator.state.contacts),
    },
    interactions: await aws.readInteractions(),
    auditChain: state.audit.chain,
    violations: simulator.state.violations.map(({ rule, detail }) => `${rule}: ${detail}`),
    unsettled,
  };
}
