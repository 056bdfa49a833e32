import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { freePorts, runCommand, type Service, startService, untilReady } from './child.ts';
import { type BrokerPorts, SASL_USER, serverProperties } from './kafka-config.ts';
import { kafkaJars } from './kafka-jars.ts';

export { SASL_USER };

/** KRaft on loopback: three partitions a topic, topics made on first use, at most 1 MiB a batch (the default). */
export interface KafkaService {
  /** host:port of the first broker for clients, and the same with SASL/PLAIN (user `relay`, password `relay-password`). */
  broker: string;
  saslBroker: string;
  /** A client that comes in through `listenPort`, forwarded to `targetPort`, stays behind that proxy; one a broker. */
  proxies: readonly { listenPort: number; targetPort: number }[];
  pids: readonly number[];
  jars: string;
  stop(): Promise<void>;
  /** SIGKILL of one broker (the first: 0, which is the controller, too); the data stay for `restart`. */
  kill(broker?: number): Promise<void>;
  restart(broker?: number): Promise<void>;
}

export interface KafkaOptions {
  detached?: boolean;
  dir?: string;
  /** From two on each partition has two replicas, and leaderships move. */
  brokers?: number;
}

interface Broker {
  ports: BrokerPorts;
  start(): Promise<void>;
  service(): Service;
}

const CLUSTER_ID = 'Y3hvbmUtcmVsYXktdGVzdA';
const FORMAT_TIMEOUT_MS = 60_000;

export async function startKafka({
  detached = false,
  dir,
  brokers: count = 1,
}: KafkaOptions = {}): Promise<KafkaService> {
  const jars = await kafkaJars();
  const home = dir ?? mkdtempSync(join(tmpdir(), 'relay-kafka-'));
  const [controllerPort = 0] = await freePorts(1);
  const brokers: Broker[] = [];
  for (let nodeId = 1; nodeId <= count; nodeId++) {
    const settings = { jars, dir: join(home, `broker-${nodeId}`), nodeId, controllerPort, brokers: count, detached };
    brokers.push(await makeBroker(settings));
  }
  await Promise.all(brokers.map((broker) => broker.start()));
  const address = (port: number | undefined) => `127.0.0.1:${port}`;
  const brokerOf = (index: number): Broker => {
    const broker = brokers[index];
    if (broker === undefined) throw new RangeError(`there is no broker ${index}`);
    return broker;
  };
  return {
    broker: address(brokers[0]?.ports.plain),
    saslBroker: address(brokers[0]?.ports.sasl),
    proxies: brokers.map(({ ports }) => ({ listenPort: ports.proxied, targetPort: ports.behindProxy })),
    jars,
    get pids() {
      return brokers.map((broker) => broker.service().pid);
    },
    async stop() {
      await Promise.all(brokers.map((broker) => broker.service().stop()));
      rmSync(home, { recursive: true, force: true });
    },
    kill: (index = 0) => brokerOf(index).service().kill(),
    restart: (index = 0) => brokerOf(index).start(),
  };
}

interface BrokerSettings {
  jars: string;
  dir: string;
  nodeId: number;
  controllerPort: number;
  brokers: number;
  detached: boolean;
}

async function makeBroker({ jars, dir, detached, ...cluster }: BrokerSettings): Promise<Broker> {
  mkdirSync(dir, { recursive: true });
  const [plain = 0, proxied = 0, behindProxy = 0, sasl = 0] = await freePorts(4);
  const ports = { plain, proxied, behindProxy, sasl };
  const config = join(dir, 'server.properties');
  writeFileSync(config, serverProperties({ dir, ports, ...cluster }));
  const java = [
    '-Xmx384m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    '-cp',
    `${jars}/*`,
  ];
  const format = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', config];
  await runCommand('java', [...java, ...format], FORMAT_TIMEOUT_MS);
  let service: Service | undefined;
  return {
    ports,
    service() {
      if (service === undefined) throw new Error(`broker ${cluster.nodeId} has not been started`);
      return service;
    },
    async start() {
      const args = [...java, 'kafka.Kafka', config];
      const started = startService({ command: 'java', args, logFile: join(dir, 'broker.log'), detached });
      service = started;
      await untilReady('Kafka', started, () => answersMetadata(`127.0.0.1:${plain}`, cluster.nodeId));
    },
  };
}

/** Ready once the cluster counts this broker among its own. */
async function answersMetadata(address: string, nodeId: number): Promise<void> {
  const retry = { retries: 0 };
  const admin = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING, retry, connectionTimeout: 2_000 }).admin();
  try {
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    if (!brokers.some((broker) => broker.nodeId === nodeId)) throw new Error('the broker has not registered yet');
  } finally {
    await admin.disconnect();
  }
}
