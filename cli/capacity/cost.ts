import { METRIC_CATALOGUE, type MetricDefinition } from '../../lib/platform/metric-catalogue.ts';
import {
  ALARMS,
  ANSWER_BYTES,
  DNC_HISTORY_BYTES,
  DNC_HISTORY_MONTHS,
  DNC_READ_UNITS,
  DNC_WRITE_UNITS,
  IDLE_POLLS_PER_SECOND,
  KAFKA_RECORD_BYTES,
  LEDGER_DAYS,
  LEDGER_ITEM_BYTES,
  LOG_COMPRESSION,
  LOG_RETENTION_MONTHS,
  MONTH_SECONDS,
  RARE_METRIC_HOURS,
  RECEIVER_MS,
  SCHEDULED_RUN,
  SCHEDULED_RUNS_A_MONTH,
  SECRET_TTL_SECONDS,
  SECRETS_KEPT,
  SECRETS_READ,
} from './assumptions.ts';
import type { Load } from './load.ts';
import { costOf } from './prices.ts';
import { upstashCost } from './upstash-cost.ts';
import { type Usage, usageOf } from './usage.ts';

export interface CostLine {
  part: string;
  what: string;
  usdPerMonth: number;
}

export interface Cost {
  lines: CostLine[];
  usdPerMonth: number;
  usdPerMillion: number;
}

/** AWS counts in 1,024s, Upstash in 1,000s. */
const GIB = 2 ** 30;
const GB = 1e9;

/** A month under a steady load, by line; storage is what has come together once the oldest data is deleted. */
export function monthlyCost(load: Load): Cost {
  const usage = usageOf(load);
  const lines = [
    ...doorLines(usage),
    ...routerLines(usage),
    ...dynamoLines(usage),
    ...redisLines(usage),
    ...logLines(usage),
    ...transferLines(load, usage),
    ...fixedLines(load, usage),
  ];
  const usdPerMonth = lines.reduce((sum, line) => sum + line.usdPerMonth, 0);
  const millions = (load.eventsPerSecond * MONTH_SECONDS) / 1e6;
  return { lines, usdPerMonth, usdPerMillion: usdPerMonth / millions };
}

const line = (part: string, what: string, usdPerMonth: number): CostLine => ({ part, what, usdPerMonth });
const aMonth = (perSecond: number) => perSecond * MONTH_SECONDS;

/** Lambda's and the logs' tiers are for a month's sum: each line gets its share of it. */
function shared(total: number, price: number, amounts: readonly number[]): number[] {
  return amounts.map((amount) => (total > 0 ? (amount / total) * price : 0));
}

function doorLines(usage: Usage): CostLine[] {
  const [receiver = 0] = computeShares(usage);
  return [
    line('API Gateway', 'HTTP API requests', costOf('apiRequest', aMonth(usage.apiRequests))),
    line('Lambda', 'receiver requests', costOf('lambdaRequest', aMonth(usage.receiverInvocations))),
    line('Lambda', 'receiver GB-seconds', receiver),
    line('SQS', 'FIFO sends', costOf('sqsFifoRequest', aMonth(usage.sqsRequests.send))),
  ];
}

function computeShares({ receiverGibSeconds, routerGibSeconds }: Usage): number[] {
  const [receiver, router] = [aMonth(receiverGibSeconds), aMonth(routerGibSeconds)];
  return shared(receiver + router, costOf('lambdaGibSecond', receiver + router), [receiver, router]);
}

function routerLines(usage: Usage): CostLine[] {
  const [, router = 0] = computeShares(usage);
  const { receive, delete: deletes } = usage.sqsRequests;
  return [
    line('SQS', 'FIFO receives and deletes', costOf('sqsFifoRequest', aMonth(receive + deletes))),
    line('Lambda', 'router requests', costOf('lambdaRequest', aMonth(usage.routerInvocations))),
    line('Lambda', 'router GB-seconds', router),
  ];
}

function dynamoLines(usage: Usage): CostLine[] {
  const ledgerGb = (usage.ledgerWrites * 86_400 * LEDGER_DAYS * LEDGER_ITEM_BYTES) / GIB;
  const { repeats, maybes } = usage.ledgerReads;
  const dncGb = (aMonth(usage.dncEvents) * DNC_HISTORY_MONTHS * DNC_HISTORY_BYTES) / GIB;
  return [
    line('DynamoDB', 'ledger writes', costOf('dynamoWriteUnit', aMonth(usage.ledgerWrites))),
    line('DynamoDB', 'ledger reads of repeats', costOf('dynamoReadUnit', aMonth(repeats))),
    line('DynamoDB', 'ledger reads of new events', costOf('dynamoReadUnit', aMonth(maybes))),
    line('DynamoDB', 'filter record reads', costOf('dynamoReadUnit', aMonth(usage.recordReads))),
    line(
      'DynamoDB',
      `ledger storage, ${LEDGER_DAYS} days; TTL deletes for nothing`,
      costOf('dynamoStorageGbMonth', ledgerGb),
    ),
    line('DynamoDB', 'ledger point-in-time recovery', costOf('dynamoRecoveryGbMonth', ledgerGb)),
    line(
      'DynamoDB',
      'DNC queue and history units',
      costOf('dynamoWriteUnit', aMonth(usage.dncEvents) * DNC_WRITE_UNITS) +
        costOf('dynamoReadUnit', aMonth(usage.dncEvents) * DNC_READ_UNITS),
    ),
    line(
      'DynamoDB',
      'DNC history storage and recovery, after 5 years',
      costOf('dynamoStorageGbMonth', dncGb) + costOf('dynamoRecoveryGbMonth', dncGb),
    ),
  ];
}

function redisLines({ filter, redisCalls, redisBytes }: Usage): CostLine[] {
  if (filter === undefined) return [line('Upstash', 'no filter', 0)];
  const { plan, usdPerMonth } = upstashCost({
    commands: aMonth(redisCalls),
    dataGb: filter.dataBytes / GB,
    trafficGb: aMonth(redisBytes) / GB,
  });
  return [line('Upstash', `filter: ${plan}`, usdPerMonth)];
}

function logLines({ logBytes }: Usage): CostLine[] {
  const { receiver, router, access } = logBytes;
  const [receiverGb, routerGb, accessGb] = [aMonth(receiver) / GIB, aMonth(router) / GIB, aMonth(access) / GIB];
  const linesGb = receiverGb + routerGb;
  const [ofReceiver = 0, ofRouter = 0] = shared(linesGb, costOf('logIngestedGb', linesGb), [receiverGb, routerGb]);
  const storedGb = (linesGb + accessGb) * LOG_COMPRESSION * LOG_RETENTION_MONTHS;
  return [
    line('CloudWatch', 'receiver lines and metrics', ofReceiver),
    line('CloudWatch', 'router lines and metrics', ofRouter),
    line('CloudWatch', "API's access log", costOf('rareLogIngestedGb', accessGb)),
    line('CloudWatch', 'logs kept three months', costOf('logStoredGbMonth', storedGb)),
  ];
}

function transferLines({ eventsPerSecond, sizeBytes }: Load, { kafkaRecords, redisBytes }: Usage): CostLine[] {
  const out = aMonth(eventsPerSecond * ANSWER_BYTES) / GIB;
  const toKafka = aMonth(kafkaRecords * (sizeBytes + KAFKA_RECORD_BYTES)) / GIB;
  const toRedis = aMonth(redisBytes) / GIB;
  return [
    line('Transfer', 'answers to CXone', costOf('internetGb', out)),
    line('Transfer', 'to Kafka and Redis within the region', costOf('regionGb', 2 * toKafka + toRedis)),
  ];
}

/** What a stage costs before the first event comes, and what environments ask for on their own. */
function fixedLines({ eventsPerSecond, routerRuns }: Load, { batches, batchSeconds }: Usage): CostLine[] {
  const reads = (environments: number, secrets: number) => (Math.ceil(environments) * secrets) / SECRET_TTL_SECONDS;
  const secretReads =
    reads((eventsPerSecond * RECEIVER_MS) / 1000, SECRETS_READ.receiver) +
    reads(batches * batchSeconds, SECRETS_READ.router);
  const { steady, rare } = customMetrics();
  const idlePolls = routerRuns === 'every-minute' ? 0 : IDLE_POLLS_PER_SECOND;
  const runs = SCHEDULED_RUNS_A_MONTH;
  const scheduled =
    costOf('lambdaRequest', runs) +
    costOf('lambdaGibSecond', runs * SCHEDULED_RUN.seconds * SCHEDULED_RUN.gib) +
    costOf('dynamoWriteUnit', runs * SCHEDULED_RUN.writeUnits) +
    costOf('dynamoReadUnit', runs * SCHEDULED_RUN.readUnits) +
    costOf('logIngestedGb', (runs * SCHEDULED_RUN.logBytes) / GIB);
  return [
    line(
      'Fixed',
      `${steady} custom metrics, ${rare} of faults`,
      costOf('customMetric', steady + rare * RARE_METRIC_HOURS),
    ),
    line('Fixed', `dashboard and ${ALARMS} alarms`, costOf('dashboard', 1) + costOf('alarm', ALARMS)),
    line(
      'Fixed',
      'secrets and their reads',
      costOf('secret', SECRETS_KEPT) + costOf('secretRead', aMonth(secretReads)),
    ),
    line('Fixed', 'idle polls of the queue', costOf('sqsFifoRequest', aMonth(idlePolls))),
    line('Fixed', 'schedules: DNC batcher, reconciler, token refresher', scheduled),
  ];
}

/**
 * Each service and each value of a further dimension is a metric that is paid for in the hours in which it has a value: those
 * of a healthy stage always, those of faults (`rare`, and what ended otherwise than in `success`) when there are any.
 */
export function customMetrics(): { steady: number; rare: number } {
  const count = { steady: 0, rare: 0 };
  for (const { services, dimensions = {}, rare } of Object.values<MetricDefinition>(METRIC_CATALOGUE)) {
    const values = Object.values(dimensions).reduce((product, each) => product * each.length, 1);
    const steady = rare ? 0 : 1;
    count.steady += services.length * steady;
    count.rare += services.length * (values - steady);
  }
  return count;
}
