import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { deadLetterQueueName, eventsQueueName, tableName } from '../../lib/stage/names.ts';
import type { MetricCounters } from '../metric-counters.ts';
import { type AuditState, readAuditState } from './audit-state.ts';
import { type DncState, readDncState } from './dnc-state.ts';
import { readSubscriptions, type SubscriptionState } from './subscription-state.ts';

/** Counts since the start of this relay (design §10); events on their way stand in none of the last four yet. */
export interface RelayCounters {
  /** Requests that came to a webhook route. */
  received: number;
  accepted: number;
  rejected: number;
  routed: number;
  /** Dropped by the window. */
  duplicates: number;
  /** Accepted, and dropped by the queue's own five minutes. */
  queueDuplicates: number;
  parked: number;
  retried: number;
  filterDamaged: number;
}

/** `GET /_local/state` (design §10). */
export interface RelayState {
  counters: RelayCounters;
  queues: { events: { visible: number; inFlight: number }; deadLetter: { visible: number; inFlight: number } };
  dnc: DncState;
  subscriptions: SubscriptionState[];
  audit: AuditState;
}

export interface StateSources {
  stage: string;
  counters: MetricCounters;
  received: () => number;
  queueDuplicates: () => number;
  sqs: SQSClient;
  queueUrlOf: (name: string) => string;
  dynamo: DynamoDBClient;
}

export async function readRelayState(sources: StateSources): Promise<RelayState> {
  const { stage, dynamo } = sources;
  const controlTable = tableName(stage, 'Control');
  const [events, deadLetter, dnc, subscriptions, audit] = await Promise.all([
    depth(sources, eventsQueueName(stage)),
    depth(sources, deadLetterQueueName(stage)),
    readDncState(dynamo, tableName(stage, 'DncQueue')),
    readSubscriptions(dynamo, controlTable),
    readAuditState(dynamo, tableName(stage, 'Audit'), controlTable),
  ]);
  return {
    counters: countersOf(sources),
    queues: { events, deadLetter },
    dnc,
    subscriptions,
    audit,
  };
}

function countersOf({ counters, received, queueDuplicates }: StateSources): RelayCounters {
  return {
    received: received(),
    accepted: counters.total('EventsAccepted'),
    rejected: counters.total('EventsRejected'),
    routed: counters.total('EventsRouted'),
    duplicates: counters.total('EventsDuplicate'),
    queueDuplicates: queueDuplicates(),
    parked: counters.total('EventsParked'),
    retried: counters.total('EventsRetried'),
    filterDamaged: counters.total('FilterDamaged'),
  };
}

async function depth({ sqs, queueUrlOf }: StateSources, name: string): Promise<{ visible: number; inFlight: number }> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrlOf(name),
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return {
    visible: Number(Attributes?.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(Attributes?.ApproximateNumberOfMessagesNotVisible ?? 0),
  };
}
