import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deadLetterQueueName, eventsQueueName } from '../lib/stage/names.ts';
import type { Limits } from './limits.ts';

export interface EventsQueueProps {
  stage: string;
  limits: Limits['eventsQueue'];
  removalPolicy: RemovalPolicy;
}

/**
 * Accepted events, and those that were parked. Both FIFO in high-throughput mode: order and deduplication per message
 * group. Encrypted with SQS's own key: a KMS key would put one more service that can throttle before every 202.
 */
export class EventsQueue extends Construct {
  readonly events: Queue;
  readonly deadLetter: Queue;

  constructor(scope: Construct, id: string, { stage, limits, removalPolicy }: EventsQueueProps) {
    super(scope, id);
    const common: QueueProps = {
      fifo: true,
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      retentionPeriod: Duration.days(limits.retentionDays),
      maxMessageSizeBytes: limits.maxMessageBytes,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      removalPolicy,
    };
    this.deadLetter = new Queue(this, 'DeadLetter', { ...common, queueName: deadLetterQueueName(stage) });
    this.events = new Queue(this, 'Events', {
      ...common,
      queueName: eventsQueueName(stage),
      visibilityTimeout: Duration.seconds(limits.visibilitySeconds),
      deadLetterQueue: { queue: this.deadLetter, maxReceiveCount: limits.maxReceiveCount },
    });
  }
}
