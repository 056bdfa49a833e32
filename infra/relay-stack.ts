import { CfnOutput, Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import type { Code, Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type FunctionName, stackName, TABLE_NAMES } from '../lib/stage/names.ts';
import type { Stage } from '../lib/stage/stage.ts';
import { Alarms } from './alarms.ts';
import { Dashboard } from './dashboard.ts';
import { EventsQueue } from './events-queue.ts';
import { dedupRouter } from './functions/dedup-router.ts';
import { dncBatcher } from './functions/dnc-batcher.ts';
import { influxExporter } from './functions/influx-exporter.ts';
import { metricsEndpoint } from './functions/metrics-endpoint.ts';
import { subscriptionReconciler } from './functions/subscription-reconciler.ts';
import { tokenRefresher } from './functions/token-refresher.ts';
import { webhookReceiver } from './functions/webhook-receiver.ts';
import { assertLimits, type Limits } from './limits.ts';
import { addMetricsRoute } from './metrics-route.ts';
import type { FunctionContext } from './relay-function.ts';
import { Schedules } from './schedules.ts';
import { Secrets } from './secrets.ts';
import { Tables } from './tables.ts';
import type { WatchedParts } from './watched-parts.ts';
import { WebhookApi } from './webhook-api.ts';

export interface RelayStackProps {
  stage: Stage;
  limits: Limits;
  codeOf: (name: FunctionName) => Code;
}

/** The whole relay of one stage. Bound to no account or region, so that it is synthesised without either. */
export class RelayStack extends Stack {
  constructor(scope: Construct, { stage, limits, codeOf }: RelayStackProps) {
    assertLimits(limits);
    super(scope, 'Relay', {
      stackName: stackName(stage.name),
      description: 'CXone Relay',
      terminationProtection: stage.keepData,
    });
    Tags.of(this).add('application', 'cxone-relay');
    Tags.of(this).add('stage', stage.name);
    // what a failed first deployment has made is empty: kept, it would only stand in the way of the next one by its name
    const removalPolicy = stage.keepData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
    const context: FunctionContext = {
      stage,
      timeoutSeconds: limits.timeoutSeconds,
      codeOf,
      logRetention: stage.keepData ? RetentionDays.THREE_MONTHS : RetentionDays.TWO_WEEKS,
      removalPolicy,
    };
    const queues = new EventsQueue(this, 'Queue', { stage: stage.name, limits: limits.eventsQueue, removalPolicy });
    const tables = new Tables(this, 'Tables', { stage: stage.name, deletionProtection: stage.keepData, removalPolicy });
    const secrets = new Secrets(this, 'Secrets', stage.secrets);

    const { api, lambdas } = this.#functions(context, { queues, tables, secrets }, limits.eventsQueue.batchSize);
    new Schedules(this, 'Schedules', Duration.seconds(limits.schedules.maxEventAgeSeconds), lambdas, {
      DncBatcher: { name: 'dnc-batcher', every: Duration.minutes(1) },
      SubscriptionReconciler: { name: 'subscription-reconciler', every: Duration.minutes(5) },
      TokenRefresher: { name: 'token-refresher', every: Duration.minutes(5) },
      InfluxExporter: { name: 'influx-exporter', every: Duration.minutes(5) },
    });
    this.#monitor({ stage, api, queues, tables, removalPolicy, lambdas });
    this.#output(queues, tables, api.apiEndpoint);
  }

  #functions(
    context: FunctionContext,
    parts: { queues: EventsQueue; tables: Tables; secrets: Secrets },
    batchSize: number,
  ): Pick<WatchedParts, 'api' | 'lambdas'> {
    const { stage, logRetention, removalPolicy } = context;
    const receiver = webhookReceiver(this, context, parts);
    const { api } = new WebhookApi(this, 'Webhook', {
      name: stackName(stage.name),
      receiver: receiver.lambda,
      throttling: stage.apiThrottling,
      logRetention,
      removalPolicy,
    });
    const lambdas = new Map<FunctionName, Lambda>([
      ['webhook-receiver', receiver.lambda],
      ['dedup-router', dedupRouter(this, context, { ...parts, batchSize }).lambda],
      ['dnc-batcher', dncBatcher(this, context, parts).lambda],
      [
        'subscription-reconciler',
        subscriptionReconciler(this, context, { ...parts, webhookUrl: api.apiEndpoint }).lambda,
      ],
      ['token-refresher', tokenRefresher(this, context, parts).lambda],
    ]);
    if (stage.telemetry.prometheus) {
      const endpoint = metricsEndpoint(this, context, parts);
      addMetricsRoute(api, endpoint.lambda);
      lambdas.set('metrics-endpoint', endpoint.lambda);
    }
    if (stage.telemetry.influx !== null) lambdas.set('influx-exporter', influxExporter(this, context, parts).lambda);
    return { api, lambdas };
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
