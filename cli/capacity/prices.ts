/**
 * Public list prices in US dollars, region us-east-1, without free tiers, discounts, support or tax. Written down on the
 * date below, prices change and differ by region: check each against its page before you rely on a sum. Compared on that date
 * with copies of the vendors' pages or quotations of them: API Gateway, SQS, DynamoDB's units, Lambda, logs of the standard
 * class and all of Upstash. The rest (storage, recovery, class Infrequent Access, alarms, dashboard, secrets, transfer) is as
 * the pages had it when last read.
 */
export const PRICES_AS_OF = '2026-11-22';

/** Price of a unit up to `upTo` units a month; the last tier is open. */
export interface Tier {
  upTo: number;
  usd: number;
}

export interface Price {
  unit: string;
  tiers: readonly Tier[];
  page: string;
}

const MILLION = 1e6;
const TB = 1e3;
const flat = (usd: number): readonly Tier[] => [{ upTo: Number.POSITIVE_INFINITY, usd }];

const API_GATEWAY = 'https://aws.amazon.com/api-gateway/pricing/';
const LAMBDA = 'https://aws.amazon.com/lambda/pricing/';
const DYNAMODB = 'https://aws.amazon.com/dynamodb/pricing/on-demand/';
const CLOUDWATCH = 'https://aws.amazon.com/cloudwatch/pricing/';
const UPSTASH = 'https://upstash.com/pricing/redis';

export const PRICES = {
  apiRequest: {
    unit: 'HTTP API request, each 512 KB begun',
    tiers: [
      { upTo: 300 * MILLION, usd: 1.0 / MILLION },
      { upTo: Number.POSITIVE_INFINITY, usd: 0.9 / MILLION },
    ],
    page: API_GATEWAY,
  },
  lambdaRequest: { unit: 'invocation', tiers: flat(0.2 / MILLION), page: LAMBDA },
  lambdaGibSecond: {
    unit: 'GB-second, arm64',
    tiers: [
      { upTo: 7.5e9, usd: 0.0000133334 },
      { upTo: 18.75e9, usd: 0.0000120001 },
      { upTo: Number.POSITIVE_INFINITY, usd: 0.0000106667 },
    ],
    page: LAMBDA,
  },
  sqsFifoRequest: {
    unit: 'FIFO request, each 64 KB begun',
    tiers: [
      { upTo: 100e9, usd: 0.5 / MILLION },
      { upTo: 200e9, usd: 0.4 / MILLION },
      { upTo: Number.POSITIVE_INFINITY, usd: 0.35 / MILLION },
    ],
    page: 'https://aws.amazon.com/sqs/pricing/',
  },
  /** Not used by the relay: what the order of FIFO is compared with. */
  sqsStandardRequest: {
    unit: 'standard request, each 64 KB begun',
    tiers: flat(0.4 / MILLION),
    page: 'https://aws.amazon.com/sqs/pricing/',
  },
  dynamoWriteUnit: { unit: 'write request unit, 1 KB', tiers: flat(0.625 / MILLION), page: DYNAMODB },
  dynamoReadUnit: { unit: 'read request unit, 4 KB read strongly', tiers: flat(0.125 / MILLION), page: DYNAMODB },
  dynamoStorageGbMonth: { unit: 'GB-month stored', tiers: flat(0.25), page: DYNAMODB },
  dynamoRecoveryGbMonth: { unit: 'GB-month of point-in-time recovery', tiers: flat(0.2), page: DYNAMODB },
  /** Since May 2025 Lambda's logs are priced as vended logs; API Gateway's access logs were before. */
  logIngestedGb: {
    unit: 'GB of vended logs ingested, standard class',
    tiers: [
      { upTo: 10 * TB, usd: 0.5 },
      { upTo: 30 * TB, usd: 0.25 },
      { upTo: 50 * TB, usd: 0.1 },
      { upTo: Number.POSITIVE_INFINITY, usd: 0.05 },
    ],
    page: CLOUDWATCH,
  },
  /** The tiers of this class are left out: the first price is the highest. */
  rareLogIngestedGb: {
    unit: 'GB of vended logs ingested, class Infrequent Access',
    tiers: flat(0.25),
    page: CLOUDWATCH,
  },
  logStoredGbMonth: { unit: 'GB-month of compressed logs', tiers: flat(0.03), page: CLOUDWATCH },
  /** By the hour in which it has a value. */
  customMetric: { unit: 'custom metric a month', tiers: flat(0.3), page: CLOUDWATCH },
  alarm: { unit: 'standard alarm a month', tiers: flat(0.1), page: CLOUDWATCH },
  dashboard: { unit: 'dashboard a month', tiers: flat(3), page: CLOUDWATCH },
  secret: { unit: 'secret a month', tiers: flat(0.4), page: 'https://aws.amazon.com/secrets-manager/pricing/' },
  secretRead: {
    unit: 'Secrets Manager call',
    tiers: flat(0.05 / 10_000),
    page: 'https://aws.amazon.com/secrets-manager/pricing/',
  },
  internetGb: {
    unit: 'GB out to the internet',
    tiers: flat(0.09),
    page: 'https://aws.amazon.com/ec2/pricing/on-demand/',
  },
  regionGb: {
    unit: 'GB between zones or to a public address of the region, each direction',
    tiers: flat(0.01),
    page: 'https://aws.amazon.com/ec2/pricing/on-demand/',
  },
} as const satisfies Record<string, Price>;
export type PriceName = keyof typeof PRICES;

/** Upstash sells by use, or flat by the month for so much data and traffic. */
export const UPSTASH_PRICES = {
  page: UPSTASH,
  payAsYouGo: { usdPerCommand: 0.2 / 100_000, usdPerGbMonth: 0.25, freeTrafficGb: 200, usdPerTrafficGb: 0.03 },
  fixed: [
    { name: 'Fixed 250 MB', usd: 10, dataGb: 0.25, trafficGb: 50 },
    { name: 'Fixed 1 GB', usd: 20, dataGb: 1, trafficGb: 100 },
    { name: 'Fixed 5 GB', usd: 100, dataGb: 5, trafficGb: 500 },
    { name: 'Fixed 10 GB', usd: 200, dataGb: 10, trafficGb: 1000 },
    { name: 'Fixed 50 GB', usd: 400, dataGb: 50, trafficGb: 5000 },
    { name: 'Fixed 100 GB', usd: 800, dataGb: 100, trafficGb: 10_000 },
  ],
} as const;

/** USD for so many units in one month. */
export function costOf(name: PriceName, units: number): number {
  let usd = 0;
  let below = 0;
  for (const { upTo, usd: each } of PRICES[name].tiers) {
    usd += Math.max(0, Math.min(units, upTo) - below) * each;
    below = upTo;
  }
  return usd;
}
