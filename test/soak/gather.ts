import { deadLetterQueueName } from '../../lib/stage/names.ts';
import { STAGE } from './aws.ts';
import type { Evidence } from './checker/evidence.ts';
import { readDeadLetters } from './dead-letters.ts';
import type { Generator } from './generator/generator.ts';
import { numberIn, TOPICS } from './generator/make-event.ts';
import { logOf, type Settled } from './relays.ts';
import { readRouterLines } from './router-lines.ts';
import type { World } from './world.ts';

/** Everything that the checker needs, from all places where it lies. */
export async function gather(
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
