import type { DncApi } from './dnc-api.ts';
import type { DncItem } from './types.ts';

/** Gathers due items until a request's worth of one lane is there, so that requests leave full. */
export interface Lanes {
  /** A full batch, once there is one. */
  add(item: DncItem): DncItem[] | undefined;
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
      if (lane.length < Math.min(limit, batchSize)) return undefined;
      lanes.delete(name);
      return lane;
    },
    rest() {
      const left = [...lanes.values()];
      lanes.clear();
      return left;
    },
  };
}
