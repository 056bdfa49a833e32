import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** All messages in a queue, those in somebody's hands included; SQS counts approximately. */
export async function queueDepth(sqs: Pick<SQSClient, 'send'>, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  const { ApproximateNumberOfMessages: visible, ApproximateNumberOfMessagesNotVisible: held } = Attributes;
  return Number(visible ?? 0) + Number(held ?? 0);
}
