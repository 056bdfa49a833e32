import type { Metrics } from '../../../lib/platform/metrics.ts';

/** As the composition roots do it: metrics are written whether the run succeeds or not. */
export const flushing = (metrics: Metrics, run: () => Promise<unknown>) => async (): Promise<unknown> => {
  try {
    return await run();
  } finally {
    metrics.flush();
  }
};
