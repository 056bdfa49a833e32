import type { Metrics } from '../../../../lib/platform/metrics.ts';

/** Every value by name. */
export function recordingMetrics(): Metrics & { values: Record<string, number[]> } {
  const values: Record<string, number[]> = {};
  return {
    values,
    add: (name: string, value: number) => {
      const known = values[name];
      if (known) known.push(value);
      else values[name] = [value];
    },
    flush: () => undefined,
  };
}
