import type { Clock } from '../../lib/platform/clock.ts';
import { ConfigError } from '../../lib/platform/errors.ts';
import type { Log } from '../../lib/platform/logging.ts';
import type { CachedSecret } from '../../lib/platform/secrets.ts';
import type { KafkaCredentials, KafkaSasl } from '../../lib/routing/kafka-authentication.ts';
import { createKafkaSink } from '../../lib/routing/kafka-sink.ts';
import type { AwsCredentials } from '../../lib/routing/msk-iam-token.ts';
import type { TopicSink } from '../../lib/routing/sink.ts';
import { createTopicLogSink } from '../../lib/routing/topic-log.ts';
import type { Stage } from '../../lib/stage/stage.ts';

export interface TopicSinkSettings {
  kafka: Stage['kafka'];
  /** Set by the local relay: topics are files there, and Kafka is not used. */
  topicLogDir: string | undefined;
  credentials: CachedSecret<KafkaCredentials>;
  region: string;
  awsCredentials: () => Promise<AwsCredentials>;
  clock: Clock;
  log: Log;
}

/** Throws ConfigError when there is nowhere to send events to. */
export function topicSinkOf(settings: TopicSinkSettings): TopicSink {
  const { kafka, topicLogDir, clock, log } = settings;
  if (topicLogDir !== undefined) return createTopicLogSink({ dir: topicLogDir, clock });
  if (kafka.brokers.length === 0)
    throw new ConfigError('kafka.brokers', 'is empty; name at least one broker as host:port in the stage file');
  const { brokers, clientId, tls, partitioner } = kafka;
  return createKafkaSink({ brokers, clientId, tls, partitioner, sasl: saslOf(settings), log, clock });
}

function saslOf({ kafka, credentials, region, awsCredentials }: TopicSinkSettings): KafkaSasl {
  switch (kafka.sasl) {
    case 'none':
      return { mechanism: 'none' };
    case 'msk-iam':
      return { mechanism: 'msk-iam', region, credentials: awsCredentials };
    default:
      return { mechanism: kafka.sasl, credentials };
  }
}
