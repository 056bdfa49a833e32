import type { DncApi } from './dnc-api.ts';
import type { DncItem } from './types.ts';

/** Gathers due items until a request's worth of one lane is there, so that requests leave full. */
export interface Lanes {
  /** The batch that this item fills, if it fills one. */
  add(item: DncItem): DncItem[][];
  /** What is left, lane by lane. */
  rest(): DncItem[][];
}

export function createLanes(api: DncApi, batchSize: number): Lanes {
  const lanes = new Map<string, DncItem[]>();
  return {
    add(item) {
      const { name, limit } = api.laneOf(item, item.lastError !== null);
      const lane = lanes.get(name) ?? [];
      lane.push(item);
      lanes.set(name, lane);
      if (lane.length < Math.min(limit, batchSize)) return [];
      lanes.delete(name);
      return [lane];
    },
    rest() {
      const left = [...lanes.values()];
      lanes.clear();
      return left;
    },
  };
}
