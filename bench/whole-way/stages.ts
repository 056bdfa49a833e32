/** Where an event's time goes, in the order of its way. */
export const STAGES = ['gateway', 'receiver', 'into the queue', 'queue', 'decision', 'publish'] as const;
export type Stage = (typeof STAGES)[number];

/** Milliseconds by stage; a stage that a subject does not have is missing. */
export type StageTimes = Partial<Record<Stage, number>>;

export interface TimedWay {
  /** From the intended moment of the request to the record at a consumer. */
  wholeMs: number;
  stages: StageTimes;
}

/**
 * Cuts the way at the given moments, each the end of its stage; the last stage ends with the way. Clocks of whole
 * milliseconds and a consumer that is told before the producer make moments overtake each other: one that lies before the
 * stage's begin or after the way's end is moved there, so that the stages always add up to the whole.
 */
export function cutWay(startMs: number, ends: readonly (readonly [Stage, number])[], endMs: number): TimedWay {
  const stages: StageTimes = {};
  let fromMs = startMs;
  ends.forEach(([stage, atMs], index) => {
    const untilMs = index === ends.length - 1 ? endMs : Math.min(endMs, Math.max(fromMs, atMs));
    stages[stage] = untilMs - fromMs;
    fromMs = untilMs;
  });
  return { wholeMs: endMs - startMs, stages };
}

/** Half the width of the ranks that count as typical of a percentile; narrower near the ends. */
const HALF_WIDTH = 0.02;

/**
 * How the events around a percentile of the whole spend their time: the mean of each stage over them. The stages add up to
 * the mean of the whole, which is close to the percentile; percentiles of each stage alone would add up to nothing.
 */
export function waysAround(ways: readonly TimedWay[], share: number): TimedWay {
  const sorted = [...ways].sort((a, b) => a.wholeMs - b.wholeMs);
  const half = Math.min(HALF_WIDTH, (1 - share) / 2);
  const from = Math.floor((share - half) * sorted.length);
  const near = sorted.slice(Math.max(0, from), Math.max(from + 1, Math.ceil((share + half) * sorted.length)));
  const mean = (value: (way: TimedWay) => number) => near.reduce((sum, way) => sum + value(way), 0) / near.length;
  const stages = STAGES.filter((stage) => near.some((way) => way.stages[stage] !== undefined));
  return {
    wholeMs: mean((way) => way.wholeMs),
    stages: Object.fromEntries(stages.map((stage) => [stage, mean((way) => way.stages[stage] ?? 0)])),
  };
}
