import type { DncApi } from './dnc-api.ts';
import type { DncItem } from './types.ts';

/** A request's worth of one lane. */
export interface Batch {
  lane: string;
  items: DncItem[];
}

/** Gathers due items until a request's worth of one lane is there, so that requests leave full. */
export interface Lanes {
  /** The batch that this item fills, if it fills one. */
  add(item: DncItem): Batch[];
  /** What is left, lane by lane; those with opt-outs first, for whatever goes wrong with one lane costs the others time. */
  rest(): Batch[];
  /** Nothing more is to be sent in this lane: its items are left out from now on. */
  end(lane: string): void;
}

export function createLanes(api: DncApi, batchSize: number): Lanes {
  const lanes = new Map<string, DncItem[]>();
  const ended = new Set<string>();
  return {
    add(item) {
      const { name, limit } = api.laneOf(item, item.lastError !== null);
      if (ended.has(name)) return [];
      const items = lanes.get(name) ?? [];
      items.push(item);
      lanes.set(name, items);
      if (items.length < Math.min(limit, batchSize)) return [];
      lanes.delete(name);
      return [{ lane: name, items }];
    },
    rest() {
      const left = [...lanes].map(([lane, items]) => ({ lane, items }));
      lanes.clear();
      return left.sort((a, b) => Number(hasOptOut(b)) - Number(hasOptOut(a)));
    },
    end(lane) {
      ended.add(lane);
    },
  };
}

const hasOptOut = ({ items }: Batch): boolean => items.some(({ preference }) => preference === 'optOut');
