import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { UnavailableError } from '../platform/errors.ts';
import type { EventQueue } from './event-queue.ts';

export interface SqsEventQueueSettings {
  sqs: Pick<SQSClient, 'send'>;
  /** URL of the events FIFO queue. */
  queueUrl: string;
}

/** Attempts within `timeoutMs` are the client's; repeating one is safe, for the deduplication id is the same. */
export function createSqsEventQueue({ sqs, queueUrl }: SqsEventQueueSettings): EventQueue {
  return {
    async send({ body, groupId, deduplicationId }, timeoutMs) {
      const command = new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: body,
        MessageGroupId: groupId,
        MessageDeduplicationId: deduplicationId,
      });
      try {
        await sqs.send(command, { abortSignal: AbortSignal.timeout(timeoutMs) });
      } catch (cause) {
        throw new UnavailableError('queue-unavailable', 'the events queue did not take the event', cause);
      }
    },
  };
}
