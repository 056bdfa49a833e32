import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import {
  ALARMS,
  ENVELOPE_BYTES,
  LEDGER_ITEM_BYTES,
  LOG_BYTES,
  MEMORY_MIB,
  SECRETS_KEPT,
} from '../../../cli/capacity/assumptions.ts';
import { type Load, usualKeys } from '../../../cli/capacity/load.ts';
import { usageOf } from '../../../cli/capacity/usage.ts';
import { encodeEnvelope } from '../../../lib/events/envelope.ts';
import { synthesise } from '../../infra/synthesise.ts';
import { batchUsage, receiverLines } from '../../support/capacity-usage.ts';

/** Times and counters have a digit more or less. */
const WITHIN = 0.05;

function expectAbout(measured: number, stated: number): void {
  expect(Math.abs(measured - stated) / stated).toBeLessThan(WITHIN);
}

const bytesOf = (lines: readonly string[]) => lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);

describe('usage that is counted with is that of the real handlers', () => {
  it('writes one line for an event received', async () => {
    const { outcome, emf } = await receiverLines(1024);
    expect([outcome.length, emf.length]).toEqual([1, 0]);
    expectAbout(bytesOf(outcome), LOG_BYTES.receiverLine);
  });

  it.each([1, 10])('writes a line an event for a batch of %i, and its metrics once a minute', async (size) => {
    const { lines, collected } = await batchUsage({ fresh: size, repeats: 0 });
    expect([lines.outcome.length, lines.emf.length, collected.length]).toEqual([size, 0, 1]);
    expectAbout(bytesOf(lines.outcome), size * LOG_BYTES.routerLine);
  });

  it('adds so many bytes a batch to a minute of metrics', async () => {
    const lengthOf = async (batches: number) =>
      bytesOf((await batchUsage({ fresh: 9, repeats: 1, batches })).collected);
    const [one, ten] = [await lengthOf(1), await lengthOf(10)];
    expectAbout(one - LOG_BYTES.routerMetricsABatch, LOG_BYTES.routerMetrics);
    expect((ten - one) / 9).toBeLessThanOrEqual(LOG_BYTES.routerMetricsABatch);
    expect((ten - one) / 9).toBeGreaterThan(0.5 * LOG_BYTES.routerMetricsABatch);
  });

  it.each([
    { fresh: 1, repeats: 0 },
    { fresh: 0, repeats: 1 },
    { fresh: 9, repeats: 1 },
    { fresh: 5, repeats: 5 },
  ])('asks the stores for a batch of %j as often as it says', async ({ fresh, repeats }) => {
    const { bloomCalls, recordReads, ledgerReads, ledgerWrites, sends } = await batchUsage({ fresh, repeats });
    const batchSize = fresh + repeats;
    const load: Load = {
      eventsPerSecond: batchSize, // one batch a second
      duplicates: repeats / batchSize,
      sizeBytes: 1024,
      batchSize,
      dncShare: 0,
      activeKeys: usualKeys(batchSize),
      filter: 'upstash',
    };
    const usage = usageOf(load);
    expect(bloomCalls).toBe(usage.redisCalls);
    expect(recordReads).toBe(usage.recordReads);
    expect(ledgerReads).toBeCloseTo(usage.ledgerReads.repeats, 9); // its maybes are a matter of chance
    expect(ledgerWrites).toBeCloseTo(usage.ledgerWrites, 9);
    expect(sends).toBe(Math.min(1, fresh));
  });

  it('has messages and ledger items of the size it says', () => {
    const orderKey = '9f2d6c1e-4b7a-4c53-8e0f-1a2b3c4d5e6f';
    const facts = { eventId: 'x'.repeat(22), kind: 'contact-action', routingType: 'INTERACTION_CREATED' } as const;
    const message = encodeEnvelope({ ...facts, orderKey, receivedAtMs: Date.UTC(2026, 0), body: new Uint8Array() });
    expectAbout(message.length, ENVELOPE_BYTES);
    const key = `${facts.kind}:${facts.eventId}`;
    // DynamoDB: names and texts by the byte, a number by half a byte a digit and one more, 100 bytes an item
    const item = 'key'.length + key.length + 'receivedAtMs'.length + 8 + 'expiresAt'.length + 6;
    expectAbout(item + 100, LEDGER_ITEM_BYTES);
  });
});

describe('what the template has', () => {
  let template: Template;
  beforeAll(() => {
    template = synthesise('prod', {
      kafka: { brokers: ['kafka-1.example.com:9096'] },
      cxone: { baseUrl: 'https://cxone.example.com' },
      routerConcurrency: 7,
    });
  });

  it('is the memory, the alarms and the secrets that are counted with', () => {
    const memory = (name: string) =>
      template.hasResourceProperties('AWS::Lambda::Function', {
        FunctionName: `cxone-relay-prod-${name}`,
        MemorySize: name === 'dedup-router' ? MEMORY_MIB.router : MEMORY_MIB.receiver,
      });
    memory('webhook-receiver');
    memory('dedup-router');
    template.resourceCountIs('AWS::CloudWatch::Alarm', ALARMS);
    template.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
    const secrets = JSON.stringify(template.toJSON()).match(/cxone-relay\/prod\/[a-z]+/g);
    expect(new Set(secrets).size).toBe(SECRETS_KEPT);
  });

  it('writes no lines of its own for a good invocation', () => {
    template.allResourcesProperties('AWS::Lambda::Function', {
      LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'WARN', ApplicationLogLevel: 'INFO' },
    });
  });

  it('works so many batches at a time as the stage file says, and otherwise as many as Lambda likes', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { ScalingConfig: { MaximumConcurrency: 7 } });
    const [mapping] = Object.values(synthesise('dev').findResources('AWS::Lambda::EventSourceMapping'));
    expect(mapping?.Properties.ScalingConfig).toBeUndefined();
  });

  it('writes an access line of the length that is counted with', () => {
    const values: Record<string, string> = {
      requestId: 'JKJaXmPLvHcESHA=',
      'identity.sourceIp': '198.51.100.27',
      routeKey: 'ANY /cxone/events',
      status: '202',
      requestLength: '1743',
      responseLatency: '19',
      integrationErrorMessage: '-',
      'error.message': '-',
    };
    const [stage] = Object.values(template.findResources('AWS::ApiGatewayV2::Stage'));
    const format: string = stage?.Properties.AccessLogSettings.Format;
    const line = format.replace(/\$context\.([\w.]+)/g, (_, name: string) => values[name] ?? `no value for ${name}`);
    expect(line).not.toContain('no value');
    expectAbout(line.length, LOG_BYTES.accessLine);
  });
});
