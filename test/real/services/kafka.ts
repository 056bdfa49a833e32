import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { freePorts, runCommand, type Service, startService, untilReady } from './child.ts';
import { kafkaJars } from './kafka-jars.ts';

/** One KRaft broker on loopback: three partitions a topic, topics made on first use, at most 1 MiB a batch (the default). */
export interface KafkaService {
  /** host:port for clients, and the same with SASL/PLAIN (user `relay`, password `relay-password`). */
  broker: string;
  saslBroker: string;
  /** A client that comes in through `proxy.listenPort`, forwarded to `proxy.targetPort`, stays behind that proxy. */
  proxy: { listenPort: number; targetPort: number };
  pid: number;
  jars: string;
  stop(): Promise<void>;
  /** SIGKILL; the data stay for `restart`. */
  kill(): Promise<void>;
  restart(): Promise<void>;
}

export const SASL_USER = { username: 'relay', password: 'relay-password' };
const CLUSTER_ID = 'Y3hvbmUtcmVsYXktdGVzdA';
const FORMAT_TIMEOUT_MS = 60_000;

export async function startKafka(options: { detached?: boolean; dir?: string } = {}): Promise<KafkaService> {
  const jars = await kafkaJars();
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'relay-kafka-'));
  mkdirSync(dir, { recursive: true });
  const ports = await freePorts(5);
  const [plain = 0, proxied = 0, behindProxy = 0, sasl = 0, controller = 0] = ports;
  const config = join(dir, 'server.properties');
  writeFileSync(config, serverProperties(dir, { plain, proxied, behindProxy, sasl, controller }));
  const java = ['-Xmx384m', '-XX:+UseSerialGC', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-cp', `${jars}/*`];
  await runCommand(
    'java',
    [...java, 'kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', config],
    FORMAT_TIMEOUT_MS,
  );

  let service: Service;
  const start = async (): Promise<void> => {
    service = startService({
      command: 'java',
      args: [...java, 'kafka.Kafka', config],
      logFile: join(dir, 'broker.log'),
      detached: options.detached ?? false,
    });
    await untilReady('Kafka', service, () => answersMetadata(`127.0.0.1:${plain}`));
  };
  await start();

  return {
    broker: `127.0.0.1:${plain}`,
    saslBroker: `127.0.0.1:${sasl}`,
    proxy: { listenPort: proxied, targetPort: behindProxy },
    jars,
    get pid() {
      return service.pid;
    },
    async stop() {
      await service.stop();
      rmSync(dir, { recursive: true, force: true });
    },
    kill: () => service.kill(),
    restart: start,
  };
}

interface Ports {
  plain: number;
  proxied: number;
  behindProxy: number;
  sasl: number;
  controller: number;
}

function serverProperties(dir: string, { plain, proxied, behindProxy, sasl, controller }: Ports): string {
  const { username, password } = SASL_USER;
  const jaas = `org.apache.kafka.common.security.plain.PlainLoginModule required user_${username}="${password}";`;
  const at = (name: string, port: number) => `${name}://127.0.0.1:${port}`;
  const clients = [at('PLAINTEXT', plain), at('PROXIED', behindProxy), at('SASL', sasl)];
  return `${Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: [...clients, at('CONTROLLER', controller)].join(','),
    'advertised.listeners': [at('PLAINTEXT', plain), at('PROXIED', proxied), at('SASL', sasl)].join(','),
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.name.sasl.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.sasl.plain.sasl.jaas.config': jaas,
    'log.dirs': join(dir, 'data'),
    'num.partitions': 3,
    'auto.create.topics.enable': true,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'controlled.shutdown.enable': false,
  })
    .map(([key, value]) => `${key}=${value}`)
    .join('\n')}\n`;
}

async function answersMetadata(broker: string): Promise<void> {
  const retry = { retries: 0 };
  const admin = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING, retry, connectionTimeout: 2_000 }).admin();
  try {
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    if (brokers.length === 0) throw new Error('the broker has not registered yet');
  } finally {
    await admin.disconnect();
  }
}
