import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { systemClock } from '../lib/platform/clock.ts';

const LOOK_EVERY_MS = 50;

/** Waits until a queue is empty, `withinMs` at most. Answers how many messages are left. */
export async function drainQueue(sqs: SQSClient, queueUrl: string, withinMs: number): Promise<number> {
  const endMs = systemClock.nowMs() + withinMs;
  for (;;) {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: queueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    const left =
      Number(Attributes?.ApproximateNumberOfMessages ?? 0) +
      Number(Attributes?.ApproximateNumberOfMessagesNotVisible ?? 0);
    if (left === 0 || systemClock.nowMs() >= endMs) return left;
    await systemClock.sleep(LOOK_EVERY_MS);
  }
}
