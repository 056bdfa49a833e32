import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import type { Output } from '../../../../cli/shared/output.ts';
import type { Envelope } from '../../../../lib/events/envelope.ts';
import { createDeadLetterQueue } from '../../../../lib/platform/dead-letter-queue.ts';
import { createDeadLetters } from '../../../../lib/platform/dead-letters.ts';
import { relayCommand } from '../../../support/command-line.ts';
import { queued } from '../../../support/queued-events.ts';
import { routerWorld } from '../../../support/router-world.ts';
import { startSqs } from '../../../support/sqs.ts';

export const TOPIC = 'cxone.interactions.raw';

/** Both queues in an emulator, the router before them, and the command behind them. */
export async function parkedEvents() {
  const local = await startSqs();
  const sqs = local.client;
  const { url: deadLetterUrl, arn: deadLetterTargetArn } = await local.createQueue('events-dlq');
  const { url: eventsUrl } = await local.createQueue('events', {
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 }),
  });
  const world = routerWorld({ routing: {} });
  world.clock.set(Date.now()); // stands still: what is parked is parked in the same millisecond
  world.deps.deadLetters = createDeadLetters({ sqs, queueUrl: deadLetterUrl });
  const visible = async (QueueUrl: string) => {
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    return Number(Attributes?.ApproximateNumberOfMessages);
  };

  return {
    sqs,
    world,
    eventsUrl,
    deadLetterUrl,
    /** `client`: one that fails at times. */
    queue: (client: Pick<SQSClient, 'send'> = sqs) =>
      createDeadLetterQueue({ sqs: client, deadLetterUrl, eventsUrl, holdSeconds: 60, waitSeconds: 0 }),
    /** As the receiver does. */
    async send(envelope: Envelope) {
      const { attributes, body } = queued(envelope);
      const { MessageGroupId, MessageDeduplicationId } = attributes;
      const ids = { MessageGroupId, MessageDeduplicationId };
      await sqs.send(new SendMessageCommand({ QueueUrl: eventsUrl, MessageBody: body, ...ids }));
    },
    /** What SQS itself does with a message that was delivered too often. */
    async movedBySqs(envelope: Envelope) {
      await this.send(envelope);
      for (let delivery = 0; delivery < 3; delivery++) {
        await sqs.send(new ReceiveMessageCommand({ QueueUrl: eventsUrl, VisibilityTimeout: 0 }));
      }
    },
    /** Runs the router until it has worked so many records more; none of them may be one to retry. */
    async route(records: number) {
      for (let worked = 0; worked < records; ) {
        // no long poll: the emulator would go on with one that was given up, and swallow a message
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: eventsUrl,
            MaxNumberOfMessages: 10,
            MessageSystemAttributeNames: ['All'],
          }),
        );
        if ((await world.work(Messages.map(recordOf))).length > 0) throw new Error('the router wants to retry');
        for (const { ReceiptHandle } of Messages) {
          await sqs.send(new DeleteMessageCommand({ QueueUrl: eventsUrl, ReceiptHandle }));
        }
        worked += Messages.length;
      }
    },
    /** The cause of the parking, mended. */
    mend: () => Object.assign(world.settings.routing, { INTERACTION_CREATED: TOPIC }),
    parked: () => visible(deadLetterUrl),
    waiting: () => visible(eventsUrl),
    stop: () => local.stop(),
  };
}

/** As Lambda hands it over. */
function recordOf({ MessageId = '', ReceiptHandle = '', Body = '', Attributes = {} }: Message): SQSRecord {
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Attributes as unknown as SQSRecord['attributes'],
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:events.fifo',
    awsRegion: 'us-east-1',
  };
}

/** One run of the command, as its process would do it. */
export const dlq = (queue: ReturnType<typeof createDeadLetterQueue>, args: string, over: Partial<Output> = {}) =>
  relayCommand(`dlq ${args}`, { deadLetterQueue: async () => queue }, over);
