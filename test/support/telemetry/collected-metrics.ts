import type { Metrics } from '../../../lib/platform/metrics.ts';

/** Keeps the names and values of what is added. */
export function collectedMetrics(): { metrics: Metrics; added: [name: string, value: number][] } {
  const added: [string, number][] = [];
  const metrics: Metrics = { add: (name: string, value: number) => void added.push([name, value]), flush: () => {} };
  return { metrics, added };
}
