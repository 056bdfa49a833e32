import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { PlainName } from '../lib/platform/metric-catalogue.ts';
import { functionsRow, storesRow } from './dashboard-drivers.ts';
import type { Row } from './dashboard-row.ts';
import { relayMetric, relayMetricsBy, type Statistic } from './relay-metrics.ts';
import type { WatchedParts } from './watched-parts.ts';

const FIVE_MINUTES = Duration.minutes(5);

export function dashboardRows(parts: WatchedParts): Row[] {
  return [
    doorRow(parts),
    queueRow(parts),
    routerRow(parts),
    ...(parts.stage.dedup.filter === 'off' ? [] : [filterRow(parts)]),
    topicsRow(parts),
    dncRow(parts),
    cxoneRow(parts),
    ...(parts.stage.telemetry.influx === null ? [] : [telemetryRow(parts)]),
    functionsRow(parts),
    storesRow(parts),
  ];
}

/** Several metrics of the catalogue with one statistic. */
const all = ({ stage }: WatchedParts, statistic: Statistic, ...names: PlainName[]): IMetric[] =>
  names.map((name) => relayMetric(stage.name, name, statistic));

const percentiles = ({ stage }: WatchedParts, name: PlainName): IMetric[] => [
  relayMetric(stage.name, name, 'p50', { label: 'p50' }),
  relayMetric(stage.name, name, 'p99', { label: 'p99' }),
];

function doorRow(parts: WatchedParts): Row {
  const { api, stage } = parts;
  const sum = { statistic: 'Sum', period: FIVE_MINUTES };
  return {
    title: 'Door',
    shows: 'What CXone sends, and what it is answered. Requests that API Gateway refuses are in its own 4xx only.',
    graphs: [
      {
        title: 'Received, accepted',
        left: [api.metricCount({ ...sum, label: 'received' }), ...all(parts, 'Sum', 'EventsAccepted')],
      },
      {
        title: 'Rejected by reason',
        left: relayMetricsBy(stage.name, 'EventsRejected', 'reason', 'Sum'),
        stacked: true,
      },
      {
        title: 'Answered 4xx, 5xx',
        left: [
          api.metricClientError({ ...sum, label: '4xx' }),
          api.metricServerError({ ...sum, label: '5xx' }),
          ...all(parts, 'Sum', 'AuthenticationFailures', 'EventsRefused'),
        ],
      },
      {
        title: 'Time to answer (ms)',
        left: ['p50', 'p99'].map((statistic) =>
          api.metricLatency({ statistic, period: FIVE_MINUTES, label: statistic }),
        ),
      },
    ],
  };
}

function queueRow({ stage, queues: { events, deadLetter } }: WatchedParts): Row {
  const maximum = { statistic: 'Maximum', period: FIVE_MINUTES };
  return {
    title: 'Queue',
    shows: 'What waits to be routed, how long it has waited, and what was parked.',
    graphs: [
      {
        title: 'Waiting, in flight',
        left: [
          events.metricApproximateNumberOfMessagesVisible({ ...maximum, label: 'waiting' }),
          events.metricApproximateNumberOfMessagesNotVisible({ ...maximum, label: 'in flight or backing off' }),
        ],
      },
      {
        title: 'Age (s)',
        left: [
          events.metricApproximateAgeOfOldestMessage({ ...maximum, label: 'oldest, but for those often retried' }),
          relayMetric(stage.name, 'RetriedEventAge', 'Maximum', { label: 'oldest that was retried' }),
        ],
      },
      {
        title: 'Dead letters',
        left: [deadLetter.metricApproximateNumberOfMessagesVisible({ ...maximum, label: 'parked' })],
        right: [
          deadLetter.metricApproximateAgeOfOldestMessage({
            ...maximum,
            label: 'age of the oldest but for those often looked at (s)',
          }),
        ],
      },
    ],
  };
}

function routerRow(parts: WatchedParts): Row {
  return {
    title: 'Router',
    shows: 'What became of each event: routed, dropped as a repeat, parked, or put back for later.',
    graphs: [
      {
        title: 'Outcomes',
        left: all(parts, 'Sum', 'EventsRouted', 'EventsDuplicate', 'EventsParked', 'EventsRetried'),
      },
      {
        title: 'Repeats an hour',
        left: [
          relayMetric(parts.stage.name, 'EventsDuplicate', 'Sum', { minutes: 60, label: 'window' }),
          absorbed(parts),
        ],
      },
      { title: 'Receipt to topic (ms)', left: percentiles(parts, 'ReceiptToTopic') },
    ],
  };
}

/** SQS does not count what its five minutes absorb. What is on its way blurs the difference, over an hour hardly. */
function absorbed({ stage }: WatchedParts): IMetric {
  const hourly = (name: PlainName) => relayMetric(stage.name, name, 'Sum', { minutes: 60 });
  return new MathExpression({
    expression: 'accepted - FILL(routed, 0) - FILL(repeats, 0) - FILL(parked, 0)',
    usingMetrics: {
      accepted: hourly('EventsAccepted'),
      routed: hourly('EventsRouted'),
      repeats: hourly('EventsDuplicate'),
      parked: hourly('EventsParked'),
    },
    label: 'queue (about)',
    period: Duration.hours(1),
  });
}

function filterRow(parts: WatchedParts): Row {
  return {
    title: 'Filter',
    shows: 'The Bloom window in Redis, and what it leaves to the ledger.',
    graphs: [
      { title: 'Fill of the current generation (%)', left: all(parts, 'Maximum', 'FilterFillRatio') },
      { title: 'Ledger reads', left: all(parts, 'Sum', 'LedgerReads', 'FilterFalsePositives') },
      { title: 'Batches without it, damages', left: all(parts, 'Sum', 'FilterUnavailable', 'FilterDamaged') },
    ],
  };
}

function topicsRow(parts: WatchedParts): Row {
  return {
    title: 'Topics',
    shows: "Kafka's acknowledgements.",
    graphs: [
      { title: 'Send (ms)', left: percentiles(parts, 'KafkaSend') },
      { title: 'Failed sends', left: all(parts, 'Sum', 'KafkaSendErrors') },
    ],
  };
}

function dncRow(parts: WatchedParts): Row {
  return {
    title: 'Do-Not-Call',
    shows: 'Preferences on their way to CXone.',
    graphs: [
      { title: 'Pending, failed', left: all(parts, 'Maximum', 'DncPending', 'DncFailedNumbers') },
      { title: 'Oldest pending (s)', left: all(parts, 'Maximum', 'DncOldestPendingAge') },
      { title: 'Sent, confirmed, failed', left: all(parts, 'Sum', 'DncSent', 'DncConfirmed', 'DncFailed') },
      { title: 'Event to confirmation (s)', left: percentiles(parts, 'DncEventToConfirmation') },
    ],
  };
}

function cxoneRow(parts: WatchedParts): Row {
  return {
    title: 'CXone',
    shows: "Subscriptions by state, the token, and how CXone's API answers.",
    graphs: [
      { title: 'Subscriptions', left: all(parts, 'Maximum', 'SubscriptionsActive', 'SubscriptionsNotActive') },
      { title: 'Reconciling', left: all(parts, 'Sum', 'SubscriptionWrites', 'ReconcileFailures') },
      {
        title: 'Token',
        left: all(parts, 'Maximum', 'TokenAgeSeconds'),
        right: all(parts, 'Sum', 'TokenRefreshFailures'),
      },
      { title: 'Requests', left: relayMetricsBy(parts.stage.name, 'CxoneRequests', 'outcome', 'Sum') },
    ],
  };
}

function telemetryRow(parts: WatchedParts): Row {
  return {
    title: 'Telemetry',
    shows: 'Points on their way to InfluxDB. Nothing of the relay waits for it.',
    graphs: [
      { title: 'Points waiting, given up', left: all(parts, 'Maximum', 'InfluxPointsPending', 'InfluxPointsDropped') },
      { title: 'Oldest point (s)', left: all(parts, 'Maximum', 'InfluxOldestPointAge') },
    ],
  };
}
