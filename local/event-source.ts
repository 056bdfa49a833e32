import type { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { systemClock } from '../lib/platform/clock.ts';
import { messageOf } from '../lib/platform/errors.ts';
import { createQueueReader, type QueueReader } from '../lib/platform/queue-reader.ts';
import { REGION } from './template/resolve.ts';

export interface EventSourceSettings {
  sqs: SQSClient;
  queueUrl: string;
  queueArn: string;
  batchSize: number;
  pollers: number;
  invoke: (event: SQSEvent) => Promise<unknown>;
  /** Told when the queue cannot be read or messages not deleted; the poller goes on. */
  onTrouble: (message: string) => void;
}

const AFTER_TROUBLE_MS = 1000;

/**
 * Lambda's event source mapping of an SQS queue with ReportBatchItemFailures: what the function did not name as failed is
 * deleted; the rest, and the whole batch of a function that failed, comes back when its visibility ends.
 */
export function startEventSource(settings: EventSourceSettings): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const reader = createQueueReader({ ...settings, region: REGION, waitSeconds: 20 });
  const loops = Array.from({ length: settings.pollers }, () => poll(settings, reader, stopping.signal));
  return {
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

async function poll(settings: EventSourceSettings, reader: QueueReader, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await workBatch(settings, reader, await reader.receive(signal));
    } catch (error) {
      if (signal.aborted) return;
      settings.onTrouble(`the event source of ${settings.queueArn}: ${messageOf(error)}`);
      await systemClock.sleep(AFTER_TROUBLE_MS, signal).catch(() => undefined); // ends the loop by its condition
    }
  }
}

async function workBatch(settings: EventSourceSettings, reader: QueueReader, records: SQSRecord[]): Promise<void> {
  if (records.length === 0) return;
  const result = await settings.invoke({ Records: records }).catch(() => undefined); // the host has logged it
  if (result === undefined) return;
  const failed = failedIds(result as SQSBatchResponse | null, records);
  const kept = await reader.remove(records.filter(({ messageId }) => !failed.has(messageId)));
  if (kept > 0) settings.onTrouble(`${kept} worked messages could not be deleted and will come again`);
}

/** As Lambda reads it: an id that is missing or was not in the batch makes the whole batch failed. */
function failedIds(result: SQSBatchResponse | null, records: readonly SQSRecord[]): ReadonlySet<string> {
  const all = new Set(records.map(({ messageId }) => messageId));
  const failures = result?.batchItemFailures ?? [];
  const ids = failures.map(({ itemIdentifier }) => itemIdentifier);
  return ids.every((id) => all.has(id)) ? new Set(ids) : all;
}
