import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { bundleOf } from '../../infra/bundle.ts';
import { METRIC_CATALOGUE, type MetricDefinition } from '../../lib/platform/metric-catalogue.ts';
import { METRICS_NAMESPACE } from '../../lib/platform/metrics.ts';
import { alarmsOf, resolved } from './alarms-in-template.ts';
import { synthesise } from './synthesise.ts';
import { TELEMETRY_ON } from './telemetry-on.ts';

/** AWS's own metrics that are looked at, with the one dimension they are found under. */
const AWS: Record<string, { dimension: string; metrics: string[] }> = {
  'AWS/ApiGateway': { dimension: 'ApiId', metrics: ['Count', '4xx', '5xx', 'Latency'] },
  'AWS/SQS': {
    dimension: 'QueueName',
    metrics: [
      'ApproximateNumberOfMessagesVisible',
      'ApproximateNumberOfMessagesNotVisible',
      'ApproximateAgeOfOldestMessage',
      'NumberOfMessagesSent',
      'NumberOfMessagesReceived',
      'NumberOfEmptyReceives',
    ],
  },
  'AWS/Lambda': { dimension: 'FunctionName', metrics: ['Errors', 'Throttles', 'Duration', 'ConcurrentExecutions'] },
  'AWS/DynamoDB': {
    dimension: 'TableName',
    metrics: ['ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits', 'ReadThrottleEvents', 'WriteThrottleEvents'],
  },
  'AWS/Logs': { dimension: 'LogGroupName', metrics: ['IncomingBytes'] },
};

/** `new PoisonError('code'`, and the same of its subclasses. */
const POISON = /(?:new PoisonError\(|extends PoisonError \{[^}]*?super\()\s*'([a-z-]+)'/g;

interface Widget {
  type: string;
  width: number;
  y: number;
  properties: { markdown?: string; metrics?: unknown[][]; alarms?: string[]; title?: string };
}
interface Seen {
  namespace: string;
  metric: string;
  dimensions: Record<string, string>;
}

let template: Template;
let widgets: Widget[];
const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
const headings = (level: string) =>
  [...runbook.matchAll(new RegExp(`^${level} (.+)$`, 'gm'))].map(([, heading = '']) => heading);

function widgetsOf(template: Template): Widget[] {
  const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  const body = dashboard?.Properties.DashboardBody['Fn::Join'][1] as unknown[];
  return JSON.parse(body.map((part) => resolved(template, part)).join('')).widgets;
}

/** `[namespace, metric, name, value, …, options]`; expressions are objects alone. */
function metricsOf({ properties }: Widget): Seen[] {
  return (properties.metrics ?? []).flatMap((row) => {
    const [namespace, metric, ...rest] = row.filter((part) => typeof part === 'string');
    if (namespace === undefined || metric === undefined) return [];
    const pairs = rest.flatMap((name, index) => (index % 2 === 0 ? [[name, rest[index + 1] ?? '']] : []));
    return [{ namespace, metric, dimensions: Object.fromEntries(pairs) as Record<string, string> }];
  });
}

/** What is wrong with a metric that somebody wants to look at; nothing, if there is data under just these dimensions. */
function fault({ namespace, metric, dimensions }: Seen): string | undefined {
  const names = Object.keys(dimensions);
  if (namespace !== METRICS_NAMESPACE) {
    const known = AWS[namespace];
    return known?.metrics.includes(metric) && names.join() === known.dimension ? undefined : 'not of AWS';
  }
  const definition = (METRIC_CATALOGUE as Record<string, MetricDefinition>)[metric];
  if (definition === undefined) return 'not in the catalogue';
  const own = definition.dimensions ?? {};
  if (names.sort().join() !== ['service', 'stage', ...Object.keys(own)].sort().join()) return `dimensions ${names}`;
  if (dimensions.stage !== 'dev' || !definition.services.includes(dimensions.service ?? '')) return 'of another';
  return Object.entries(own).every(([name, values]) => values.includes(dimensions[name] ?? ''))
    ? undefined
    : 'no value';
}

beforeAll(() => {
  template = synthesise('dev', TELEMETRY_ON);
  widgets = widgetsOf(template);
});

describe('the dashboard', () => {
  it('shows only metrics that are emitted, under the dimensions they have', () => {
    const faults = widgets.flatMap(metricsOf).map((seen) => [fault(seen), JSON.stringify(seen)]);
    expect(faults.length).toBeGreaterThan(100);
    expect(faults.filter(([what]) => what !== undefined)).toEqual([]);
  });

  it('shows every metric of the catalogue', () => {
    const shown = new Set(widgets.flatMap(metricsOf).map(({ metric }) => metric));
    expect(Object.keys(METRIC_CATALOGUE).filter((name) => !shown.has(name))).toEqual([]);
  });

  it('shows every alarm at the top', () => {
    const [first] = widgets;
    expect(first?.type).toBe('alarm');
    expect(first?.properties.alarms).toHaveLength(alarmsOf(template, 'cxone-relay-dev').length);
  });

  it('has a heading for each row, in the order of the runbook, that links to it', () => {
    const rows = widgets.filter(({ type }) => type === 'text').map(({ properties }) => properties.markdown ?? '');
    expect(rows.map((row) => /^## (.+)$/m.exec(row)?.[1])).toEqual(headings('##'));
    for (const [index, row] of rows.entries()) {
      const anchor = headings('##')[index]?.toLowerCase().replaceAll(' ', '-');
      expect(row).toContain(`[Runbook](docs/runbook.md#${anchor})`);
    }
  });

  it('has no filter to show when there is none', () => {
    const without = widgetsOf(synthesise('dev', { dedup: { filter: 'off' } }));
    expect(without.some(({ properties }) => properties.markdown?.startsWith('## Filter'))).toBe(false);
  });
});

describe('the dashboard of a stage without telemetry', () => {
  it('has no row for it', () => {
    const titles = widgetsOf(synthesise('dev')).map(({ properties }) => properties.markdown ?? '');
    expect(titles.some((title) => title.startsWith('## Telemetry'))).toBe(false);
  });
});

describe('the runbook', () => {
  it('has a section for each alarm, and no other', () => {
    const names = alarmsOf(template, 'cxone-relay-dev').map(({ name }) => name);
    expect(headings('###').sort()).toEqual(names.sort());
  });

  it('says in each what it means, what to look at and what to do', () => {
    for (const section of runbook.split(/^### /m).slice(1)) {
      const [text = ''] = section.split(/^## /m);
      for (const part of ['**Means:**', '**Look at:**', '**Do:**'])
        expect([text.split('\n')[0], part, text.includes(part)]).toEqual([text.split('\n')[0], part, true]);
    }
  });

  it('links to sections and files that there are', () => {
    const anchors = new Set(
      [...headings('##'), ...headings('###')].map((text) => text.toLowerCase().replaceAll(' ', '-')),
    );
    for (const [, anchor = ''] of runbook.matchAll(/\]\(#([^)]+)\)/g)) expect([...anchors]).toContain(anchor);
    for (const [, file = ''] of runbook.matchAll(/\]\(([^#)]+)(?:#[^)]+)?\)/g))
      expect(() => readFileSync(new URL(`../../docs/${file}`, import.meta.url))).not.toThrow();
  });

  it('names every reason that the router parks for', () => {
    const sources = bundleOf('dedup-router').sources.filter((path) => /^(lib|functions)\//.test(path));
    const codes = sources.flatMap((path) =>
      [...readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8').matchAll(POISON)].map(
        ([, code = '']) => code,
      ),
    );
    expect(new Set(codes).size).toBeGreaterThan(5);
    const table = runbook.slice(
      runbook.indexOf('### dead-letter-not-empty'),
      runbook.indexOf('### dead-letter-lasting'),
    );
    expect([...new Set(codes)].filter((code) => !table.includes(`\`${code}\``))).toEqual([]);
  });

  it('is linked by each alarm', () => {
    for (const { name, description } of alarmsOf(template, 'cxone-relay-dev'))
      expect(description).toMatch(new RegExp(`docs/runbook\\.md#${name}$`));
  });
});

describe('alarms', () => {
  it('watch only metrics that are emitted, under the dimensions they have', () => {
    const seen = alarmsOf(template, 'cxone-relay-dev').map(({ Namespace, MetricName, Dimensions }) => ({
      namespace: Namespace,
      metric: MetricName,
      dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])),
    }));
    expect(seen.map((metric) => [fault(metric), metric.metric]).filter(([what]) => what !== undefined)).toEqual([]);
  });
});
