import { Kafka, logLevel, type Message, type Producer } from 'kafkajs';
import type { Clock } from '../platform/clock.ts';
import { UnavailableError } from '../platform/errors.ts';
import type { Log } from '../platform/logging.ts';
import { type KafkaSasl, saslOptions } from './kafka-authentication.ts';
import { createPartitioner, type PartitionerName } from './kafka-partitioners.ts';
import type { KafkaPartitions } from './kafka-partitions.ts';
import { createKafkaSockets, type KafkaSockets } from './kafka-sockets.ts';
import type { OnConfirmed, OutgoingRecord } from './sink.ts';

export interface KafkaProducerSettings {
  /** host:port each. */
  brokers: readonly string[];
  clientId: string;
  tls: boolean;
  sasl: KafkaSasl;
  partitioner: PartitionerName;
  log: Log;
  clock: Clock;
  /** An answer that takes longer is asked for again (idempotently); must leave room for a second try before the deadline. */
  requestTimeoutMs: number;
  /** The brokers refused the credentials the last time: read them anew. */
  renewCredentials: boolean;
  partitions: KafkaPartitions;
}

/** One producer id and its connections. Any failure makes it unusable: see `createKafkaSink`. */
export interface KafkaProducer {
  /** Resolves when every partition concerned has confirmed (acks all), and rejects when all have ended and one has not. */
  send(topic: string, records: readonly OutgoingRecord[], onConfirmed: OnConfirmed): Promise<void>;
  /** After this nothing more leaves this process under this producer id. */
  cut(): void;
  /** Ends the connections in an orderly way; only after all sends have ended. */
  disconnect(): Promise<void>;
}

interface PendingMessage {
  record: OutgoingRecord;
  message: Message;
}

const CONNECTION_TIMEOUT_MS = 3_000;
/** Of a send. Contract §2: at most three retries, one second and growing. */
const SEND_RETRY = { retries: 3, initialRetryTime: 1_000, multiplier: 2, factor: 0.2, maxRetryTime: 8_000 };
/** Of finding brokers and getting a producer id: nothing can have been written, and each try takes another broker. */
const CONNECT_RETRY = { retries: 3, initialRetryTime: 200, multiplier: 2, factor: 0.2, maxRetryTime: 1_000 };

/** Connecting begins at once, and the sends wait for it. */
export function openKafkaProducer(settings: KafkaProducerSettings): KafkaProducer {
  const sockets = createKafkaSockets();
  const connected = connect(settings, sockets);
  connected.catch(() => undefined); // each send reports it

  const { partitions } = settings;
  /** Topics of which kafkajs has loaded the metadata. */
  const introduced = new Set<string>();

  /** One send of kafkajs, each try of which goes to one broker. */
  const sendPart = async (topic: string, part: readonly PendingMessage[], onConfirmed: OnConfirmed): Promise<void> => {
    const producer = await connected;
    const messages = part.map(({ message }) => message);
    const answers = await producer.send({ topic, messages, acks: -1, timeout: settings.requestTimeoutMs - 500 });
    const confirmed = new Set(answers.map(({ partition }) => partition));
    const durable = part.filter(({ message }) => message.partition !== undefined && confirmed.has(message.partition));
    onConfirmed(durable.map(({ record }) => record));
    // kafkajs 2.2.4 leaves out, and reports success without, a partition that its metadata has lost in mid-send
    if (durable.length < part.length)
      throw new UnavailableError('kafka-unconfirmed', `a partition of ${topic} has confirmed nothing`);
  };

  /**
   * kafkajs does not tell which partitions a failed request has reached; so each is asked by itself then, under the sequence
   * numbers of before, by which a broker knows what it has appended already.
   */
  const sendLed = async (topic: string, led: readonly PendingMessage[], onConfirmed: OnConfirmed): Promise<void> => {
    try {
      await sendPart(topic, led, onConfirmed);
    } catch (error) {
      const parts = partitions.byPartition(led);
      if (parts.length === 1 || error instanceof UnavailableError) throw error;
      await allOf(parts.map((part) => sendPart(topic, part, onConfirmed)));
    }
  };

  const sendAll = async (
    topic: string,
    pending: readonly PendingMessage[],
    onConfirmed: OnConfirmed,
  ): Promise<void> => {
    const parts = partitions.byLeader(topic, pending);
    if (parts !== undefined && introduced.has(topic)) {
      await allOf(parts.map((part) => sendLed(topic, part, onConfirmed)));
      return;
    }
    // alone: it tells of the topic's partitions; and of several that load its metadata, those that wait for a slow answer fail
    const first = parts?.[0] ?? pending.slice(0, 1);
    await sendLed(topic, first, onConfirmed);
    introduced.add(topic);
    const rest = pending.filter((message) => !first.includes(message));
    if (rest.length > 0) await sendAll(topic, rest, onConfirmed);
  };

  return {
    send: (topic, records, onConfirmed) =>
      sendAll(
        topic,
        records.map((record) => ({ record, message: toMessage(record) })),
        onConfirmed,
      ),
    cut() {
      sockets.cut();
      // tells kafkajs to start nothing new; its connections are gone already, so that nothing of this can matter
      connected.then((producer) => producer.disconnect()).catch(() => undefined);
    },
    async disconnect() {
      await (await connected).disconnect();
    },
  };
}

async function connect(settings: KafkaProducerSettings, sockets: KafkaSockets): Promise<Producer> {
  const { brokers, clientId, tls, partitioner, partitions, clock, requestTimeoutMs } = settings;
  const sasl = await saslOptions(settings.sasl, settings.renewCredentials, clock);
  const kafka = new Kafka({
    brokers: [...brokers],
    clientId,
    ssl: tls,
    ...(sasl === undefined ? {} : { sasl }),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: requestTimeoutMs,
    retry: CONNECT_RETRY,
    socketFactory: sockets.factory,
    // warnings are left out: the one that comes with each producer says that bounded retries weaken idempotence, which is
    // why a producer is thrown away after a failure
    logLevel: logLevel.ERROR,
    logCreator: () => (entry) => {
      if (sockets.isCut()) return; // what it goes on trying in vain for some seconds is of no interest
      const { message, timestamp: _timestamp, logger: _logger, stack: _stack, ...details } = entry.log;
      settings.log.info(`kafka client: ${message}`, { namespace: entry.namespace, ...details });
    },
  });
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    retry: SEND_RETRY,
    createPartitioner: partitions.noting(createPartitioner(partitioner)),
    // whether topics may come into being is the brokers' decision (`auto.create.topics.enable`)
    allowAutoTopicCreation: true,
  });
  await producer.connect();
  return producer;
}

/** Waits for all of them, and rejects with what the first of those that failed did. */
async function allOf(sends: Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(sends)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

function toMessage({ key, value, headers, timestampMs }: OutgoingRecord): Message {
  return {
    key,
    value: Buffer.from(value.buffer, value.byteOffset, value.byteLength),
    headers,
    timestamp: String(timestampMs),
  };
}
