import { writeFileSync } from 'node:fs';
import { METRIC_CATALOGUE, type MetricDefinition } from '../lib/platform/metric-catalogue.ts';
import { METRICS_NAMESPACE } from '../lib/platform/metrics.ts';
import { ALL_FUNCTION_NAMES } from '../lib/stage/names.ts';

export const METRICS_REFERENCE = new URL('../docs/metrics.md', import.meta.url);

const INTRODUCTION = `# Metrics

Printed from \`lib/platform/metric-catalogue.ts\` by \`node infra/metrics-reference.ts\`; a test compares the two.

All are in the CloudWatch namespace \`${METRICS_NAMESPACE}\`, with the dimensions \`service\` (the function) and \`stage\`, and those named
below. They cost no call: a metric filter reads those marked ¹ from the function's own log lines, and the rest are written as EMF
lines. Those marked ² are collected in the process and written once a minute; what a process that ends has not yet
written is lost. A metric is paid for in the hours in which it has a value, so that counts of what does not happen are not
written: no value is none. Dashboard and alarms use these and AWS's own of
API Gateway, SQS, Lambda, DynamoDB and Logs; what to do when one of them rings is in [runbook.md](runbook.md).
`;

/** The text of docs/metrics.md: a table for each function. */
export function metricsReference(): string {
  return [INTRODUCTION, ...ALL_FUNCTION_NAMES.filter(hasMetrics).map(tableOf)].join('\n');
}

const hasMetrics = (service: string): boolean =>
  Object.values<MetricDefinition>(METRIC_CATALOGUE).some(({ services }) => services.includes(service));

function tableOf(service: string): string {
  const rows = Object.entries<MetricDefinition>(METRIC_CATALOGUE)
    .filter(([, { services }]) => services.includes(service))
    .map(
      ([name, { unit, dimensions, meaning, line, collected }]) =>
        `| \`${name}\`${line ? ' ¹' : collected ? ' ²' : ''} | ${unit} | ${meaning}${valuesOf(dimensions)} |`,
    );
  return `## ${service}\n\n| metric | unit | meaning |\n|---|---|---|\n${rows.join('\n')}\n`;
}

const valuesOf = (dimensions: MetricDefinition['dimensions'] = {}): string =>
  Object.entries(dimensions)
    .map(([name, values]) => ` Dimension \`${name}\`: ${values.map((value) => `\`${value}\``).join(', ')}.`)
    .join('');

if (import.meta.main) writeFileSync(METRICS_REFERENCE, metricsReference());
