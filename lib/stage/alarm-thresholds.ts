import * as z from 'zod/mini';

const atLeastOne = (value: number, max = Number.MAX_SAFE_INTEGER) =>
  z._default(z.int().check(z.positive(), z.maximum(max)), value);

/** Each alarm rings at its threshold and above; what each means is in docs/runbook.md. */
export const alarmThresholdsSchema = z.strictObject({
  /** Where alarms and dashboard link to: the address of docs/runbook.md as those who are woken can open it. */
  runbookUrl: z._default(z.string().check(z.minLength(1)), 'docs/runbook.md'),
  deadLetterMessages: atLeastOne(1),
  /** Dead letters vanish after 14 days; CloudWatch looks back seven. */
  deadLetterDays: atLeastOne(7, 7),
  oldestEventAgeSeconds: atLeastOne(600),
  /** How long one order key has stood still. A failing event is retried at most 5 minutes apart on its first day. */
  keyBacklogAgeSeconds: atLeastOne(1800),
  /** SQS looks for free groups among the first 120,000 messages of a FIFO queue only. */
  queuedEvents: atLeastOne(60_000, 120_000),
  receiverErrorsPer5Minutes: atLeastOne(5),
  authenticationFailuresPer5Minutes: atLeastOne(50),
  /** Of 36, each of five minutes. */
  authenticationFailingPeriodsPer3Hours: atLeastOne(6, 36),
  eventsRefusedPerHour: atLeastOne(1),
  filterDamagesPer5Minutes: atLeastOne(1),
  filterFillPercent: atLeastOne(100),
  filterUnavailablePercent: atLeastOne(50, 100),
  dncOldestPendingSeconds: atLeastOne(3600),
  dncFailedNumbers: atLeastOne(1),
  /** The refresher runs every five minutes and renews eleven minutes ahead. */
  tokenRefreshFailuresPer15Minutes: atLeastOne(2, 3),
  reconcileFailuresPer30Minutes: atLeastOne(3, 6),
  subscriptionsNotActive: atLeastOne(1),
  /** Of the oldest point that InfluxDB has not taken; there is one every five minutes, kept for a week. */
  influxOldestPointSeconds: atLeastOne(3600),
  functionErrorsPer15Minutes: atLeastOne(2),
  functionThrottlesPer15Minutes: atLeastOne(2),
});
