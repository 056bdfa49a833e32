import { startKafka } from '../../test/real/services/kafka.ts';
import { startRedis } from '../../test/real/services/redis.ts';
import type { Services } from '../services.ts';
import { type Arrivals, startArrivals } from './arrivals.ts';
import { startCopierSubject } from './copier-subject.ts';
import { type RelaySubject, startRelaySubject } from './relay-subject.ts';
import { sendSteadily } from './steps.ts';
import type { Subject } from './subject.ts';

export interface RelayWorld {
  broker: string;
  relay: RelaySubject;
  arrivals: Arrivals;
}

export interface World extends RelayWorld {
  copier: Subject;
}

const ROUTED = 'bench.routed';
const COPIED = 'bench.copied';
const WARM_UP = { ratePerSecond: 50, count: 250 };

/** Kafka, Redis and the relay on this machine, warm. */
export async function startRelayWorld({ kept }: Services): Promise<RelayWorld> {
  const [kafka, redis] = await Promise.all([kept(startKafka()), kept(startRedis())]);
  const arrivals = await kept(startArrivals(kafka.broker, [ROUTED, COPIED]));
  const relay = await kept(startRelaySubject(kafka.broker, redis.url, ROUTED));
  await sendSteadily(relay, arrivals, WARM_UP);
  return { broker: kafka.broker, relay, arrivals };
}

/** And the copier, on the same Kafka. */
export async function startWorld(services: Services): Promise<World> {
  const world = await startRelayWorld(services);
  const copier = await services.kept(startCopierSubject(world.broker, COPIED));
  await sendSteadily(copier, world.arrivals, WARM_UP);
  return { ...world, copier };
}
