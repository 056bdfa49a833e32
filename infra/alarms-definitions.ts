import { Duration } from 'aws-cdk-lib';
import { type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { relayMetric, type Statistic } from './relay-metrics.ts';
import type { WatchedParts } from './watched-parts.ts';

/** Rings when `datapoints` of the last `periods` reach the threshold. */
export interface AlarmDefinition {
  /** Also the name of its section in docs/runbook.md. */
  name: string;
  /** One sentence for whoever is woken. */
  meaning: string;
  metric: IMetric;
  threshold: number;
  /** Default 1. */
  periods?: number;
  /** Default: all of them. */
  datapoints?: number;
  missing: TreatMissingData;
}

/** Nothing happened, or nothing bad: metrics of events, and SQS's, which end six hours after a queue was last used. */
const SILENCE_IS_GOOD = TreatMissingData.NOT_BREACHING;
/** A function that runs by the clock reports at every run: silence means that it does not run, or dies before its end. */
const SILENCE_IS_BAD = TreatMissingData.BREACHING;

const DAY_SECONDS = 86_400;

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

function doorAlarms({ stage, api }: WatchedParts): AlarmDefinition[] {
  return [
    {
      name: 'receiver-errors',
      meaning: 'CXone is answered 5xx: its events are not taken, and whether it sends them again is up to CXone.',
      metric: api.metricServerError({ statistic: 'Sum', period: Duration.minutes(5) }),
      threshold: stage.alarms.receiverErrorsPer5Minutes,
      missing: SILENCE_IS_GOOD,
    },
    {
      name: 'authentication-failures',
      meaning: 'Many requests are answered 401: a secret was changed on one side only, or somebody is trying.',
      metric: relayMetric(stage.name, 'AuthenticationFailures', 'Sum'),
      threshold: stage.alarms.authenticationFailuresPer5Minutes,
      missing: SILENCE_IS_GOOD,
    },
  ];
}

function queueAlarms({ stage, queues }: WatchedParts): AlarmDefinition[] {
  const { alarms } = stage;
  const fiveMinutes = { statistic: 'Maximum', period: Duration.minutes(5) };
  return [
    {
      name: 'oldest-event-age',
      meaning: 'Events wait too long in the queue: the router does not keep up, or does not run.',
      metric: queues.events.metricApproximateAgeOfOldestMessage(fiveMinutes),
      threshold: alarms.oldestEventAgeSeconds,
      periods: 2,
      missing: SILENCE_IS_GOOD,
    },
    {
      name: 'key-backlog',
      meaning: 'An event is retried again and again, and all later ones of its order key wait behind it.',
      metric: relayMetric(stage.name, 'RetriedEventAge', 'Maximum'),
      threshold: alarms.keyBacklogAgeSeconds,
      periods: 12, // after its first day an event is tried every 30 minutes only
      datapoints: 1,
      missing: SILENCE_IS_GOOD,
    },
    {
      name: 'queue-depth',
      meaning: 'So many events wait that SQS may soon not find those whose order key is free.',
      metric: queues.events.metricApproximateNumberOfMessagesVisible(fiveMinutes),
      threshold: alarms.queuedEvents,
      missing: SILENCE_IS_GOOD,
    },
    {
      name: 'dead-letter-not-empty',
      meaning: 'Events were parked and reach nobody until they are redriven.',
      metric: queues.deadLetter.metricApproximateNumberOfMessagesVisible(fiveMinutes),
      threshold: alarms.deadLetterMessages,
      missing: SILENCE_IS_GOOD,
    },
    {
      name: 'dead-letter-age',
      meaning: 'Parked events are about to vanish: SQS deletes them 14 days after they were parked.',
      metric: queues.deadLetter.metricApproximateAgeOfOldestMessage(fiveMinutes),
      threshold: alarms.deadLetterAgeDays * DAY_SECONDS,
      missing: SILENCE_IS_GOOD,
    },
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
