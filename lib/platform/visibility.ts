import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { UnavailableError } from './errors.ts';

export interface VisibilityChange {
  receiptHandle: string;
  /** From now; 0: at once. */
  delaySeconds: number;
}

/** When received messages that are not acknowledged come back. */
export interface Visibility {
  /** Up to ten messages. Rejects when any change was refused; such a message comes back by the queue's own time-out. */
  change(changes: readonly VisibilityChange[]): Promise<void>;
}

export function createVisibility(settings: { sqs: Pick<SQSClient, 'send'>; queueUrl: string }): Visibility {
  return {
    async change(changes) {
      if (changes.length === 0) return;
      const answer = await settings.sqs.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: settings.queueUrl,
          Entries: changes.map(({ receiptHandle, delaySeconds }, index) => ({
            Id: String(index),
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: delaySeconds,
          })),
        }),
      );
      const [first] = answer.Failed ?? [];
      if (first) {
        const count = answer.Failed?.length;
        throw new UnavailableError('visibility-refused', `${count} of ${changes.length} not changed: ${first.Message}`);
      }
    },
  };
}
