import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { filterPatternOf, lineMetricsOf, valueIn } from '../../lib/platform/line-metrics.ts';
import { METRICS_NAMESPACE } from '../../lib/platform/metrics.ts';
import { functionName } from '../../lib/stage/names.ts';
import { batchUsage, receiverLines } from '../support/capacity-usage.ts';
import { synthesise } from './synthesise.ts';

let template: Template;
beforeAll(() => {
  template = synthesise('dev');
});

describe('metrics that are read from log lines', () => {
  it.each([
    ['webhook-receiver', 'EventsAccepted', '{ ($.message = "webhook") && ($.status = 202) }', '1', 'Count'],
    ['dedup-router', 'EventsRouted', '{ ($.outcome = "routed") }', '1', 'Count'],
    ['dedup-router', 'EventsDuplicate', '{ ($.outcome = "duplicate") }', '1', 'Count'],
    [
      'dedup-router',
      'ReceiptToTopic',
      '{ ($.outcome = "routed") && ($.topic = "*") && ($.ageMs = "*") }',
      '$.ageMs',
      'Milliseconds',
    ],
  ] as const)('%s: %s has its filter', (service, metric, pattern, value, unit) => {
    const [logGroup] = Object.keys(
      template.findResources('AWS::Logs::LogGroup', {
        Properties: { LogGroupName: `/aws/lambda/${functionName('dev', service)}` },
      }),
    );
    template.hasResourceProperties('AWS::Logs::MetricFilter', {
      LogGroupName: { Ref: logGroup },
      FilterPattern: pattern,
      MetricTransformations: [
        {
          MetricNamespace: METRICS_NAMESPACE,
          MetricName: metric,
          MetricValue: value,
          Unit: unit,
          Dimensions: [
            { Key: 'service', Value: '$.service' },
            { Key: 'stage', Value: '$.stage' },
          ],
        },
      ],
    });
  });

  it('have no filter besides', () => template.resourceCountIs('AWS::Logs::MetricFilter', 4));

  it('stand in the lines that the functions write', async () => {
    const values = (service: string, lines: readonly string[]) =>
      Object.fromEntries(
        lineMetricsOf(service).map(({ name, line }) => [
          name,
          lines.flatMap((text) => valueIn(JSON.parse(text), line) ?? []).length,
        ]),
      );
    const received = (await receiverLines(1024)).outcome;
    const routed = (await batchUsage({ fresh: 3, repeats: 2 })).lines.outcome;
    expect(values('webhook-receiver', received)).toEqual({ EventsAccepted: 1 });
    expect(values('dedup-router', routed)).toEqual({ EventsRouted: 3, EventsDuplicate: 2, ReceiptToTopic: 3 });
    for (const text of [...received, ...routed]) {
      const { service, stage } = JSON.parse(text);
      expect({ service, stage }).toEqual({ service: expect.stringMatching(/receiver|router/), stage: 'prod' });
    }
  });

  it('are not taken from lines that lack a field or have another value', () => {
    const metric = { fields: { outcome: 'routed', topic: '*' }, value: 'ageMs' };
    expect(valueIn({ outcome: 'routed', topic: 't', ageMs: 7 }, metric)).toBe(7);
    expect(valueIn({ outcome: 'routed', ageMs: 7 }, metric)).toBeUndefined();
    expect(valueIn({ outcome: 'parked', topic: 't', ageMs: 7 }, metric)).toBeUndefined();
    expect(valueIn({ outcome: 'routed', topic: 't' }, metric)).toBeUndefined();
    expect(filterPatternOf({ fields: { status: 202 } })).toBe('{ ($.status = 202) }');
  });
});
