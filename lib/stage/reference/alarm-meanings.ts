import type { AlarmMeanings } from './stage-path.ts';

export const ALARM_MEANINGS = {
  alarms: 'Each alarm rings at its threshold and above; what to do then is in [runbook.md](runbook.md).',
  'alarms.runbookUrl':
    'Where alarms and dashboard link to: the address at which those who are woken can read the runbook.',
  'alarms.deadLetterMessages': 'Messages in the dead-letter queue.',
  'alarms.deadLetterDays':
    'Days for which that queue has not been empty. SQS deletes its messages after 14; CloudWatch looks back 7.',
  'alarms.oldestEventAgeSeconds': 'Age of the oldest event in the queue.',
  'alarms.keyBacklogAgeSeconds':
    'How long one order key has stood still. On its first day a failing event is tried at least every `retry.maxDelaySeconds`.',
  'alarms.queuedEvents': 'Events in the queue. SQS looks for free groups among the first 120,000 of a FIFO queue only.',
  'alarms.receiverErrorsPer5Minutes': "5xx answers, API Gateway's own included.",
  'alarms.authenticationFailuresPer5Minutes': '401 answers.',
  'alarms.authenticationFailingPeriodsPer3Hours':
    'Of the 36 times five minutes in three hours, those with a 401 answer: it rings where few events come, and not for one burst.',
  'alarms.eventsRefusedPerHour':
    '4xx answers to authentic events, or to bodies that are too large. Each is an event that is lost unless it is sent again.',
  'alarms.filterDamagesPer5Minutes': 'Batches that found bits of the Bloom window lost.',
  'alarms.filterFillPercent':
    'Fill of the current generation, of what it was sized for. Beyond 100, false positives multiply.',
  'alarms.filterUnavailablePercent': 'Share of batches that Redis did not answer in time.',
  'alarms.dncOldestPendingSeconds': 'Time since the oldest preference that CXone has not confirmed was heard.',
  'alarms.dncFailedNumbers': 'Numbers given up after `dnc.maxAttempts`.',
  'alarms.tokenRefreshFailuresPer15Minutes': 'Failed runs of the token refresher, which runs every five minutes.',
  'alarms.reconcileFailuresPer30Minutes': 'Failed runs of the reconciler, which runs every five minutes.',
  'alarms.subscriptionsNotActive': 'Declared subscriptions that CXone does not call active.',
  'alarms.influxOldestPointSeconds': 'Age of the oldest point that InfluxDB has not taken. Points are kept for a week.',
  'alarms.functionErrorsPer15Minutes': 'Invocations of one function that failed.',
  'alarms.functionThrottlesPer15Minutes': 'Invocations of one function that Lambda refused for want of concurrency.',
} satisfies AlarmMeanings;
