import { eventually } from '../../test/e2e/support/eventually.ts';
import { removeDirectory, startRelay } from '../../test/e2e/support/relay-process.ts';
import { type EventLines, readEventLines, stageEnds } from './function-lines.ts';
import { cutWay } from './stages.ts';
import { numberedPost, type Subject } from './subject.ts';

export interface RelaySubject extends Subject {
  /** From the topic's confirmation to the ledger's, of each event: behind the consumer's back. */
  commitTimesMs(): Promise<number[]>;
}

/** The relay as `npm start` starts it, on a real Kafka and a real Redis. */
export async function startRelaySubject(broker: string, redisUrl: string, topic: string): Promise<RelaySubject> {
  const relay = await startRelay({
    environment: { KAFKA_BROKERS: broker, REDIS_URL: redisUrl },
    stage: { routing: { INTERACTION_CREATED: topic } },
  });
  return {
    pid: relay.pid,
    post: numberedPost(relay.url),
    async waysOf(sent, { byNumber }) {
      const lines = await linesOfAll(
        relay.dataDirectory,
        sent.map(({ eventId }) => eventId ?? ''),
      );
      return sent.map(({ number, eventId, intendedMs }) => {
        const [arrival, times] = [byNumber.get(number), lines.get(eventId ?? '')];
        if (arrival === undefined || times === undefined) throw new RangeError('all have arrived and are told of');
        const { timestampMs: receivedMs, atMs } = arrival;
        return cutWay(intendedMs, stageEnds(times, receivedMs, atMs), atMs);
      });
    },
    commitTimesMs: async () =>
      [...(await readEventLines(relay.dataDirectory)).values()].map(({ commitMs }) => commitMs),
    async stop() {
      await relay.stop();
      removeDirectory(relay.dataDirectory);
    },
  };
}

/** A line is written when the batch is done, and its event has arrived before. */
async function linesOfAll(dataDirectory: string, eventIds: readonly string[]): Promise<Map<string, EventLines>> {
  let lines = new Map<string, EventLines>();
  await eventually(
    async () => {
      lines = await readEventLines(dataDirectory);
      return eventIds.every((eventId) => lines.has(eventId));
    },
    () => `${eventIds.filter((eventId) => !lines.has(eventId)).length} of ${eventIds.length} events have no log lines`,
    20_000,
    500,
  );
  return lines;
}
