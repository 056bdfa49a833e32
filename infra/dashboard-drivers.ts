import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnFunction, type Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import { functionName, TABLE_NAMES } from '../lib/stage/names.ts';
import type { Row } from './dashboard-row.ts';
import type { WatchedParts } from './watched-parts.ts';

const FIVE_MINUTES = Duration.minutes(5);
const HOUR = Duration.hours(1);
const LAMBDA_DEFAULT_MIB = 128;

/** How Lambda fares, function by function. */
export function functionsRow({ lambdas }: WatchedParts): Row {
  const each = (metric: (lambda: Lambda, label: string) => IMetric) =>
    [...lambdas].map(([name, lambda]) => metric(lambda, name));
  return {
    title: 'Functions',
    shows: 'Errors are crashes, time-outs and scheduled runs that failed; throttles are runs that Lambda refused.',
    graphs: [
      {
        title: 'Errors',
        left: each((lambda, label) => lambda.metricErrors({ statistic: 'Sum', period: FIVE_MINUTES, label })),
      },
      {
        title: 'Throttles',
        left: each((lambda, label) => lambda.metricThrottles({ statistic: 'Sum', period: FIVE_MINUTES, label })),
      },
      {
        title: 'Duration, p99 (ms)',
        left: each((lambda, label) => lambda.metricDuration({ statistic: 'p99', period: FIVE_MINUTES, label })),
      },
      {
        title: 'Concurrency',
        left: each((lambda, label) =>
          lambda.metric('ConcurrentExecutions', { statistic: 'Maximum', period: FIVE_MINUTES, label }),
        ),
      },
    ],
  };
}

/** What is paid for, by the hour, and the tables' throttles, which come with too sudden a rise. */
export function storesRow(parts: WatchedParts): Row {
  return {
    title: 'Stores and cost',
    shows: 'What is billed by use, an hour at a time, and throttled requests to the tables.',
    graphs: [
      { title: 'DynamoDB units read', left: tableMetrics(parts, 'ConsumedReadCapacityUnits'), stacked: true },
      { title: 'DynamoDB units written', left: tableMetrics(parts, 'ConsumedWriteCapacityUnits'), stacked: true },
      {
        title: 'Throttled by DynamoDB',
        left: [...tableMetrics(parts, 'ReadThrottleEvents'), ...tableMetrics(parts, 'WriteThrottleEvents')],
      },
      { title: 'Lambda GB-seconds', left: gigabyteSeconds(parts), stacked: true },
      { title: 'Log bytes', left: logBytes(parts), stacked: true },
      {
        title: 'API and queue requests',
        left: [
          parts.api.metricCount({ statistic: 'Sum', period: HOUR, label: 'API' }),
          parts.queues.events.metricNumberOfMessagesSent({ statistic: 'Sum', period: HOUR, label: 'sent' }),
          parts.queues.events.metricNumberOfMessagesReceived({ statistic: 'Sum', period: HOUR, label: 'received' }),
          parts.queues.events.metricNumberOfEmptyReceives({ statistic: 'Sum', period: HOUR, label: 'empty receives' }),
        ],
      },
    ],
  };
}

const tableMetrics = ({ tables }: WatchedParts, metricName: string): IMetric[] =>
  TABLE_NAMES.map((name) =>
    tables.byName[name].metric(metricName, {
      statistic: 'Sum',
      period: HOUR,
      label: metricName.endsWith('ThrottleEvents') ? `${name} ${metricName.slice(0, -14).toLowerCase()}` : name,
    }),
  );

const gigabyteSeconds = ({ lambdas }: WatchedParts): IMetric[] =>
  [...lambdas].map(
    ([name, lambda], index) =>
      new MathExpression({
        expression: `ms${index} / 1000 * ${memoryOf(lambda) / 1024}`,
        usingMetrics: { [`ms${index}`]: lambda.metricDuration({ statistic: 'Sum', period: HOUR }) },
        label: name,
        period: HOUR,
      }),
  );

function memoryOf(lambda: Lambda): number {
  const resource = lambda.node.defaultChild;
  return resource instanceof CfnFunction ? (resource.memorySize ?? LAMBDA_DEFAULT_MIB) : LAMBDA_DEFAULT_MIB;
}

const logBytes = ({ stage, lambdas }: WatchedParts): IMetric[] =>
  [...lambdas.keys()].map(
    (name) =>
      new Metric({
        namespace: 'AWS/Logs',
        metricName: 'IncomingBytes',
        dimensionsMap: { LogGroupName: `/aws/lambda/${functionName(stage.name, name)}` },
        statistic: 'Sum',
        period: HOUR,
        label: name,
      }),
  );
