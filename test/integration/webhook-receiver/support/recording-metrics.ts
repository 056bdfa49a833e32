import type { Metrics } from '../../../../lib/platform/metrics.ts';

export interface RecordedMetric {
  name: string;
  value: number;
  dimensions: Record<string, string> | undefined;
}

export function recordingMetrics(): Metrics & { values: RecordedMetric[]; flushes: number } {
  const recorded = {
    values: [] as RecordedMetric[],
    flushes: 0,
    add(name: string, value: number, _unit?: string, dimensions?: Record<string, string>) {
      recorded.values.push({ name, value, dimensions });
    },
    flush() {
      recorded.flushes++;
    },
  };
  return recorded;
}
