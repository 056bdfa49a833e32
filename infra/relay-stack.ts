import { CfnOutput, Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type FunctionName, stackName, TABLE_NAMES } from '../lib/stage/names.ts';
import type { Stage } from '../lib/stage/stage.ts';
import { Alarms } from './alarms.ts';
import { Dashboard } from './dashboard.ts';
import { EventsQueue } from './events-queue.ts';
import { dedupRouter } from './functions/dedup-router.ts';
import { dncBatcher } from './functions/dnc-batcher.ts';
import { subscriptionReconciler } from './functions/subscription-reconciler.ts';
import { tokenRefresher } from './functions/token-refresher.ts';
import { webhookReceiver } from './functions/webhook-receiver.ts';
import { assertLimits, type Limits } from './limits.ts';
import type { FunctionContext } from './relay-function.ts';
import { Schedules } from './schedules.ts';
import { Secrets } from './secrets.ts';
import { Tables } from './tables.ts';
import type { WatchedParts } from './watched-parts.ts';
import { WebhookApi } from './webhook-api.ts';

/** This stage's data outlives its stack, and neither stack nor tables can be deleted in passing. */
const KEPT_STAGE = 'prod';

export interface RelayStackProps {
  stage: Stage;
  limits: Limits;
  codeOf: (name: FunctionName) => Code;
}

/** The whole relay of one stage. Bound to no account or region, so that it is synthesised without either. */
export class RelayStack extends Stack {
  constructor(scope: Construct, { stage, limits, codeOf }: RelayStackProps) {
    assertLimits(limits);
    const kept = stage.name === KEPT_STAGE;
    super(scope, 'Relay', {
      stackName: stackName(stage.name),
      description: 'CXone Relay',
      terminationProtection: kept,
    });
    Tags.of(this).add('application', 'cxone-relay');
    Tags.of(this).add('stage', stage.name);
    const removalPolicy = kept ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const context: FunctionContext = {
      stage,
      timeoutSeconds: limits.timeoutSeconds,
      codeOf,
      logRetention: kept ? RetentionDays.THREE_MONTHS : RetentionDays.TWO_WEEKS,
      removalPolicy,
    };
    const queues = new EventsQueue(this, 'Queue', { stage: stage.name, limits: limits.eventsQueue, removalPolicy });
    const tables = new Tables(this, 'Tables', { stage: stage.name, removalPolicy });
    const secrets = new Secrets(this, 'Secrets', stage.secrets);

    const receiver = webhookReceiver(this, context, { queues, secrets });
    const { api } = new WebhookApi(this, 'Webhook', {
      name: stackName(stage.name),
      receiver: receiver.lambda,
      throttling: stage.apiThrottling,
      logRetention: context.logRetention,
      removalPolicy,
    });
    const router = dedupRouter(this, context, { queues, tables, secrets, batchSize: limits.eventsQueue.batchSize });
    const batcher = dncBatcher(this, context, { tables, secrets });
    const reconciler = subscriptionReconciler(this, context, { tables, secrets, webhookUrl: api.apiEndpoint });
    const refresher = tokenRefresher(this, context, { tables, secrets });
    new Schedules(this, 'Schedules', Duration.seconds(limits.schedules.maxEventAgeSeconds), {
      DncBatcher: { lambda: batcher.lambda, every: Duration.minutes(1) },
      SubscriptionReconciler: { lambda: reconciler.lambda, every: Duration.minutes(5) },
      TokenRefresher: { lambda: refresher.lambda, every: Duration.minutes(5) },
    });
    this.#monitor({
      stage,
      api,
      queues,
      tables,
      removalPolicy,
      lambdas: {
        'webhook-receiver': receiver.lambda,
        'dedup-router': router.lambda,
        'dnc-batcher': batcher.lambda,
        'subscription-reconciler': reconciler.lambda,
        'token-refresher': refresher.lambda,
      },
    });
    this.#output(queues, tables, api.apiEndpoint);
  }

  #monitor(parts: WatchedParts): void {
    const { all } = new Alarms(this, 'Alarms', parts);
    new Dashboard(this, 'Dashboard', parts, all);
  }

  #output(queues: EventsQueue, tables: Tables, endpoint: string): void {
    new CfnOutput(this, 'WebhookUrl', { value: `${endpoint}/cxone/events`, description: 'Where CXone posts' });
    new CfnOutput(this, 'EventsQueueUrl', { value: queues.events.queueUrl });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: queues.deadLetter.queueUrl });
    for (const name of TABLE_NAMES) new CfnOutput(this, `${name}TableName`, { value: tables.byName[name].tableName });
  }
}
