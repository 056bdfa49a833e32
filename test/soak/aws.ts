import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { eventsQueueName, tableName } from '../../lib/stage/names.ts';
import { startEmbeddedDynamo } from '../../local/embedded/dynamodb.ts';
import { startEmbeddedSqs } from '../../local/embedded/sqs.ts';
import { scan } from '../../local/state/scan.ts';

/** Of the stage file that the relays are started with. */
export const STAGE = 'e2e';
/** More than the router's time-out, so that a group is worked by one invocation at a time; far less than in a deployment. */
const VISIBILITY_SECONDS = '90';
const COMMON = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

/** SQS and DynamoDB that the relays share, and this process' own undisturbed way to them. */
export interface SoakAws {
  sqsUrl: string;
  dynamoUrl: string;
  sqs: SQSClient;
  dynamo: DynamoDBClient;
  /** Puts a message into the events queue that is no envelope. */
  sendUnreadable(group: string): Promise<void>;
  /** Messages in the events queue, those in work included. */
  queued(): Promise<number>;
  /** The newest `updatedTimestamp` of each interaction. */
  readInteractions(): Promise<Map<string, string>>;
  close(): Promise<void>;
}

export async function startSoakAws(): Promise<SoakAws> {
  const [sqsServer, dynamoServer] = await Promise.all([startEmbeddedSqs(), startEmbeddedDynamo()]);
  const sqs = new SQSClient({ ...COMMON, endpoint: sqsServer.url });
  const dynamo = new DynamoDBClient({ ...COMMON, endpoint: dynamoServer.url });
  const attributes = { FifoQueue: 'true', VisibilityTimeout: VISIBILITY_SECONDS };
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: eventsQueueName(STAGE), Attributes: attributes }),
  );
  let unreadable = 0;
  return {
    sqsUrl: sqsServer.url,
    dynamoUrl: dynamoServer.url,
    sqs,
    dynamo,
    async sendUnreadable(MessageGroupId) {
      const MessageDeduplicationId = `unreadable-${++unreadable}`;
      const message = { QueueUrl, MessageBody: `no envelope ${unreadable}`, MessageGroupId, MessageDeduplicationId };
      await sqs.send(new SendMessageCommand(message));
    },
    async queued() {
      const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
      );
      return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name]), 0);
    },
    async readInteractions() {
      const newest = new Map<string, string>();
      const input = { TableName: tableName(STAGE, 'InteractionState') };
      for await (const { interactionId, updatedTimestamp } of scan(dynamo, input))
        newest.set(interactionId?.S ?? '', updatedTimestamp?.S ?? '');
      return newest;
    },
    async close() {
      sqs.destroy();
      dynamo.destroy();
      await Promise.all([sqsServer.close(), dynamoServer.close()]);
    },
  };
}
