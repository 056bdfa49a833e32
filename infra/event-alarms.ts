import { Duration } from 'aws-cdk-lib';
import type { Stage } from '../lib/stage/stage.ts';
import { type AlarmDefinition, SILENCE_IS_GOOD } from './alarm-definition.ts';
import { relayMetric } from './relay-metrics.ts';
import type { WatchedParts } from './watched-parts.ts';

const PERIOD_SECONDS = 300;
const THREE_HOURS_OF_PERIODS = (3 * 3600) / PERIOD_SECONDS;

export function doorAlarms({ stage, api }: WatchedParts): AlarmDefinition[] {
  const { alarms } = stage;
  return [
    {
      name: 'receiver-errors',
      meaning: 'CXone is answered 5xx: its events are not taken, and whether it sends them again is up to CXone.',
      metric: api.metricServerError({ statistic: 'Sum', period: Duration.minutes(5) }),
      threshold: alarms.receiverErrorsPer5Minutes,
      missing: SILENCE_IS_GOOD,
    },
    {
      name: 'authentication-failures',
      meaning: 'Many requests are answered 401: a secret was changed on one side only, or somebody is trying.',
      metric: relayMetric(stage.name, 'AuthenticationFailures', 'Sum'),
      threshold: alarms.authenticationFailuresPer5Minutes,
      missing: SILENCE_IS_GOOD,
    },
    {
      name: 'authentication-failures-lasting',
      meaning: 'Requests are answered 401 again and again: few, but perhaps all that CXone sends.',
      metric: relayMetric(stage.name, 'AuthenticationFailures', 'Sum'),
      threshold: 1,
      periods: THREE_HOURS_OF_PERIODS,
      datapoints: alarms.authenticationFailingPeriodsPer3Hours, // a scanner that comes by fills one or two
      missing: SILENCE_IS_GOOD,
    },
    {
      name: 'events-refused',
      meaning:
        'Events that come from CXone are answered 4xx and lost: their form, type or schema is not the one expected.',
      metric: relayMetric(stage.name, 'EventsRefused', 'Sum', { minutes: 60 }),
      threshold: alarms.eventsRefusedPerHour,
      missing: SILENCE_IS_GOOD,
    },
  ];
}

export function queueAlarms({ stage, queues }: WatchedParts): AlarmDefinition[] {
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
      periods: periodsBetweenTries(stage.retry),
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
      name: 'dead-letter-lasting',
      meaning: 'Events have been parked for days: SQS deletes each 14 days after it was parked.',
      // their age would not do: SQS leaves out of it what was received more than three times, as every look at them receives it
      metric: queues.deadLetter.metricApproximateNumberOfMessagesVisible({ ...fiveMinutes, period: Duration.hours(1) }),
      threshold: 1,
      periods: alarms.deadLetterDays * 24,
      missing: SILENCE_IS_GOOD,
    },
  ];
}

/**
 * Twice as long as an event may wait for its next try, so that the alarm does not fall silent in between: an hour by default,
 * and at most half a day. CloudWatch looks back a day in periods of five minutes.
 */
const periodsBetweenTries = ({ maxDelaySeconds, maxDelayAfterOneDaySeconds }: Stage['retry']): number =>
  Math.ceil((2 * Math.max(maxDelaySeconds, maxDelayAfterOneDaySeconds)) / PERIOD_SECONDS);
