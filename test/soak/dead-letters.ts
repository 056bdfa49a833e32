import { GetQueueUrlCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Evidence } from './checker/evidence.ts';

/** What lies in the dead-letter queue; nothing is taken out of it. */
export async function readDeadLetters(sqs: SQSClient, QueueName: string): Promise<Evidence['parked'][number][]> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  const parked: Evidence['parked'][number][] = [];
  for (;;) {
    const receive = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600, MessageAttributeNames: ['All'] };
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(receive));
    if (Messages.length === 0) return parked;
    for (const { MessageAttributes = {} } of Messages) {
      const eventId = MessageAttributes.eventId?.StringValue ?? null;
      parked.push({ eventId, reason: MessageAttributes.reason?.StringValue ?? 'unknown' });
    }
  }
}
