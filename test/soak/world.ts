import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Closers } from '../../local/closers.ts';
import { startCxoneSimulator } from '../../local/simulator/server.ts';
import type { CxoneSimulator } from '../../local/simulator/simulator.ts';
import { freePorts } from '../real/services/child.ts';
import { type SoakAws, startSoakAws } from './aws.ts';
import type { Death } from './checker/evidence.ts';
import { type ProcessClock, processClock } from './faults/clock.ts';
import { conflictingNumbers, faultyCxone } from './faults/cxone.ts';
import { faultyDynamo } from './faults/dynamo.ts';
import type { FaultyPart } from './faults/fault.ts';
import { faultyClocks, faultyRelays } from './faults/relays.ts';
import { faultySqs, type SqsMisbehaviour, sqsMisbehaviour } from './faults/sqs.ts';
import type { SoakOptions } from './options.ts';
import { startEmbeddedParts } from './parts/embedded-parts.ts';
import type { Parts } from './parts/parts.ts';
import { startRealParts } from './parts/real-parts.ts';
import { type SoakRelay, startSoakRelay } from './relays.ts';

export const POPULATION = { contacts: 150, phoneNumbers: 60 };
/** AWS's five minutes of deduplication in the queue, shortened so that repeats reach the router. */
const DEDUP_SPAN_MS = 10_000;
const SUBSCRIPTION = {
  name: 'soak',
  eventType: 'contact.created',
  endpoints: [{ url: 'https://example.com/events', type: 'webhook' }],
};

/** Enough routers that some have work while others wait for a store that fails. */
const STAGE_FILE = { subscriptions: [SUBSCRIPTION], routerConcurrency: 6 };

/** The whole relay, with everything around it, for one soak. */
export interface World {
  parts: Parts;
  aws: SoakAws;
  simulator: CxoneSimulator;
  relays: SoakRelay[];
  faulty: FaultyPart[];
  deaths: Death[];
}

export interface WorldSettings extends Pick<SoakOptions, 'embedded'> {
  directory: string;
  /** Whether faults are thrown from which the relay recovers in minutes only. */
  long: boolean;
}

export async function startWorld(settings: WorldSettings, closers: Closers): Promise<World> {
  const { embedded, directory, long } = settings;
  const directories = (number: number) => join(directory, `relay-${number}`);
  const parts = await closers.started(embedded ? startEmbeddedParts(directories(1)) : startRealParts());
  const aws = await closers.started(startSoakAws());
  const { simulator, url } = await closers.started(startCxoneSimulator({ apiRequestsPerSecond: 500 }));
  conflictingNumbers(simulator, POPULATION.phoneNumbers);
  const misbehaviour = sqsMisbehaviour();
  const dynamo = await faultyDynamo(aws.dynamoUrl);
  closers.add(() => dynamo.proxy.close());
  const { clientId, clientSecret } = simulator.state.options;
  const environment = {
    ...parts.environment,
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.proxy.url,
    CXONE_BASE_URL: url,
    CXONE_CLIENT_ID: clientId,
    CXONE_CLIENT_SECRET: clientSecret,
  };
  const deaths: Death[] = [];
  const relays: SoakRelay[] = [];
  for (const port of await freePorts(parts.relays)) {
    const number = relays.length + 1;
    const dataDirectory = directories(number);
    const clock = embedded ? undefined : await processClock(directory, number);
    const made = { name: `relay ${number}`, port, dataDirectory, environment, deaths, clock };
    relays.push(await startOne(made, { parts, aws, misbehaviour }, closers));
  }
  const faulty = [
    ...parts.faulty,
    dynamo.part,
    misbehaviour.part,
    faultyCxone(simulator, { openOutcomes: long }),
    faultyRelays(relays, { forgetConnections: () => parts.forgetConnections(), long }),
    ...(embedded ? [] : [faultyClocks(relays)]),
  ];
  return { parts, aws, simulator, relays, faulty, deaths };
}

interface OneRelay {
  name: string;
  port: number;
  dataDirectory: string;
  environment: Record<string, string>;
  deaths: Death[];
  clock: ProcessClock | undefined;
}

/** With an SQS proxy of its own, which knows what this relay holds when it dies. */
async function startOne(
  { port, ...relay }: OneRelay,
  { parts, aws, misbehaviour }: { parts: Parts; aws: SoakAws; misbehaviour: SqsMisbehaviour },
  closers: Closers,
): Promise<SoakRelay> {
  const dedupSpan = () => Math.floor(Date.now() / DEDUP_SPAN_MS);
  const sqs = await faultySqs({ target: aws.sqsUrl, sqs: aws.sqs, dedupSpan }, misbehaviour);
  closers.add(() => sqs.proxy.close());
  mkdirSync(relay.dataDirectory, { recursive: true });
  parts.prepare(relay.dataDirectory);
  const environment = { ...relay.environment, PORT: String(port), AWS_ENDPOINT_URL_SQS: sqs.proxy.url };
  const started = await startSoakRelay({ ...relay, environment, stage: STAGE_FILE, sqs });
  closers.add(() => started.end());
  return started;
}
