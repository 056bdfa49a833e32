import type { Construct } from 'constructs';
import type { WebhookReceiverEnvironment } from '../../functions/webhook-receiver/config.ts';
import type { EventsQueue } from '../events-queue.ts';
import { type FunctionContext, RelayFunction } from '../relay-function.ts';
import type { Secrets } from '../secrets.ts';

export interface ReceiverParts {
  queues: EventsQueue;
  secrets: Secrets;
}

/**
 * Takes webhooks. May send to the events queue and read the webhook secret, and the registry's where there is one; nothing
 * else. With a schema registry it is in the stage's VPC, if there is one, because registries are.
 */
export function webhookReceiver(
  scope: Construct,
  context: FunctionContext,
  { queues, secrets }: ReceiverParts,
): RelayFunction<WebhookReceiverEnvironment> {
  const receiver = new RelayFunction<WebhookReceiverEnvironment>(scope, 'WebhookReceiver', context, {
    name: 'webhook-receiver',
    description: 'Authenticates, validates and queues CXone webhooks',
    environment: {
      EVENTS_QUEUE_URL: queues.events.queueUrl,
      WEBHOOK_SECRET_NAME: secrets.nameOf('webhook'),
    },
    vpc: context.stage.schemaRegistry.url === null ? null : context.stage.vpc,
    memoryMiB: 1024, // a caller waits: parsing, hashing and first connections get more than half a core
  });
  receiver.allow(['sqs:SendMessage'], [queues.events.queueArn]);
  secrets.grantRead(receiver.role, ['webhook', 'schemaRegistry']);
  return receiver;
}
