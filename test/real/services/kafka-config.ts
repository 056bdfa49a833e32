import { join } from 'node:path';

export const SASL_USER = { username: 'relay', password: 'relay-password' };

/** Ports of one broker; clients that come in through `proxied` reach it by `behindProxy`. */
export interface BrokerPorts {
  plain: number;
  proxied: number;
  behindProxy: number;
  sasl: number;
}

export interface BrokerConfig {
  dir: string;
  nodeId: number;
  ports: BrokerPorts;
  /** Of the first broker, the only controller. */
  controllerPort: number;
  /** Brokers of the cluster; each partition is kept by two of them when there are. */
  brokers: number;
}

/** server.properties of a KRaft broker; with several, a dead one's leaderships move within seconds, and back when it is up again. */
export function serverProperties({ dir, nodeId, ports, controllerPort, brokers }: BrokerConfig): string {
  const { plain, proxied, behindProxy, sasl } = ports;
  const { username, password } = SASL_USER;
  const jaas = `org.apache.kafka.common.security.plain.PlainLoginModule required user_${username}="${password}";`;
  const at = (name: string, port: number) => `${name}://127.0.0.1:${port}`;
  const isController = nodeId === 1;
  const clients = [at('PLAINTEXT', plain), at('PROXIED', behindProxy), at('SASL', sasl)];
  const properties = {
    'process.roles': isController ? 'broker,controller' : 'broker',
    'node.id': nodeId,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: [...clients, ...(isController ? [at('CONTROLLER', controllerPort)] : [])].join(','),
    'advertised.listeners': [at('PLAINTEXT', plain), at('PROXIED', proxied), at('SASL', sasl)].join(','),
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.name.sasl.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.sasl.plain.sasl.jaas.config': jaas,
    'log.dirs': join(dir, 'data'),
    'num.partitions': 3,
    'auto.create.topics.enable': true,
    'log.retention.ms': -1, // tests send records of long ago
    'default.replication.factor': Math.min(2, brokers),
    'unclean.leader.election.enable': false,
    'broker.session.timeout.ms': 3000,
    'broker.heartbeat.interval.ms': 500,
    'replica.lag.time.max.ms': 5000,
    'leader.imbalance.check.interval.seconds': 5,
    'leader.imbalance.per.broker.percentage': 0,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'controlled.shutdown.enable': false,
  };
  return `${Object.entries(properties)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n')}\n`;
}
