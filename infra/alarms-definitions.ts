import { Duration } from 'aws-cdk-lib';
import { type AlarmDefinition, SILENCE_IS_BAD, SILENCE_IS_GOOD } from './alarm-definition.ts';
import { doorAlarms, queueAlarms } from './event-alarms.ts';
import { relayMetric, type Statistic } from './relay-metrics.ts';
import type { WatchedParts } from './watched-parts.ts';

/** All alarms of a stage, in the order of the event's way. */
export function alarmDefinitions(parts: WatchedParts): AlarmDefinition[] {
  return [
    ...doorAlarms(parts),
    ...queueAlarms(parts),
    ...(parts.stage.dedup.filter === 'off' ? [] : filterAlarms(parts)),
    ...dncAlarms(parts),
    ...cxoneAlarms(parts),
    ...(parts.stage.telemetry.influx === null ? [] : telemetryAlarms(parts)),
    ...functionAlarms(parts),
  ];
}

function filterAlarms({ stage }: WatchedParts): AlarmDefinition[] {
  const { alarms } = stage;
  return [
    {
      name: 'filter-damaged',
      meaning: 'The Bloom window in Redis lost bits; the ledger decides meanwhile, and nothing is lost.',
      metric: relayMetric(stage.name, 'FilterDamaged', 'Sum'),
      threshold: alarms.filterDamagesPer5Minutes,
      missing: SILENCE_IS_GOOD,
    },
    {
      name: 'filter-overfull',
      meaning: 'More events a day than the Bloom window was sized for: ever more of them cost a ledger read.',
      metric: relayMetric(stage.name, 'FilterFillRatio', 'Maximum'),
      threshold: alarms.filterFillPercent,
      missing: SILENCE_IS_GOOD,
    },
    {
      name: 'filter-unavailable',
      meaning: 'Redis does not answer in time: every event costs a ledger read, none is lost.',
      metric: relayMetric(stage.name, 'FilterUnavailable', 'Average'),
      threshold: alarms.filterUnavailablePercent / 100,
      periods: 3,
      missing: SILENCE_IS_GOOD,
    },
  ];
}

function dncAlarms({ stage }: WatchedParts): AlarmDefinition[] {
  return [
    {
      name: 'dnc-oldest-pending',
      meaning: 'A Do-Not-Call preference has not reached CXone for too long, or the batcher does not run.',
      metric: relayMetric(stage.name, 'DncOldestPendingAge', 'Maximum'),
      threshold: stage.alarms.dncOldestPendingSeconds,
      periods: 3,
      missing: SILENCE_IS_BAD,
    },
    {
      name: 'dnc-failed',
      meaning: 'CXone has refused a Do-Not-Call preference for good: somebody may be called who must not be.',
      metric: relayMetric(stage.name, 'DncFailedNumbers', 'Maximum'),
      threshold: stage.alarms.dncFailedNumbers,
      missing: SILENCE_IS_GOOD, // dnc-oldest-pending rings for a batcher that is silent
    },
  ];
}

function cxoneAlarms({ stage }: WatchedParts): AlarmDefinition[] {
  const { alarms } = stage;
  return [
    {
      name: 'token-refresh-failing',
      meaning: 'The CXone token is not renewed; within minutes no call to CXone will be let in.',
      metric: relayMetric(stage.name, 'TokenRefreshFailures', 'Sum', { minutes: 15 }),
      threshold: alarms.tokenRefreshFailuresPer15Minutes,
      missing: SILENCE_IS_BAD,
    },
    {
      name: 'reconcile-failing',
      meaning: "CXone's subscriptions and webhooks are not brought to what the stage file declares.",
      metric: relayMetric(stage.name, 'ReconcileFailures', 'Sum', { minutes: 30 }),
      threshold: alarms.reconcileFailuresPer30Minutes,
      missing: SILENCE_IS_BAD,
    },
    {
      name: 'subscription-not-active',
      meaning: 'A declared subscription does not deliver: CXone may be keeping events to itself.',
      metric: relayMetric(stage.name, 'SubscriptionsNotActive', 'Minimum', { minutes: 15 }), // one that has just been made needs a run or two
      threshold: alarms.subscriptionsNotActive,
      missing: SILENCE_IS_GOOD, // reconcile-failing rings when the list cannot be read
    },
  ];
}

function telemetryAlarms({ stage }: WatchedParts): AlarmDefinition[] {
  return [
    {
      name: 'influx-behind',
      meaning: 'InfluxDB does not take the points, or the exporter does not run; points are kept for a week.',
      metric: relayMetric(stage.name, 'InfluxOldestPointAge', 'Maximum'),
      threshold: stage.alarms.influxOldestPointSeconds,
      periods: 3,
      missing: SILENCE_IS_BAD,
    },
  ];
}

/** `Errors` are crashes, time-outs, and runs of scheduled functions that found what only a person can mend. */
function functionAlarms({ stage, lambdas }: WatchedParts): AlarmDefinition[] {
  const quarter = { statistic: 'Sum' satisfies Statistic, period: Duration.minutes(15) };
  return [...lambdas].flatMap(([name, lambda]) => [
    {
      name: `${name}-errors`,
      meaning: `Runs of ${name} fail: they crash, run out of time or meet a fault that stays.`,
      metric: lambda.metricErrors(quarter),
      threshold: stage.alarms.functionErrorsPer15Minutes,
      missing: SILENCE_IS_GOOD, // Lambda reports nothing of a function that is not called
    },
    {
      name: `${name}-throttles`,
      meaning: `Lambda refuses to run ${name}: the account's or the function's concurrency is used up.`,
      metric: lambda.metricThrottles(quarter),
      threshold: stage.alarms.functionThrottlesPer15Minutes,
      missing: SILENCE_IS_GOOD,
    },
  ]);
}
