import type { Call } from './api.ts';
import type { SimulatorState } from './state.ts';
import { view } from './subscription-view.ts';

/** The list in the configured form (contract §7): a bare array has all, the others come in pages with `nextPage`. */
export function listPage(call: Call, state: SimulatorState): unknown {
  const { listForm, pageSize, nextPageAs } = state.options;
  const all = [...state.subscriptions.values()].map(view);
  if (listForm === 'array') return all;
  const page = Math.max(1, Number(call.query.get('pageNumber') ?? 1));
  const next = `${call.path}?pageNumber=${page + 1}`;
  return {
    [listForm]: all.slice((page - 1) * pageSize, page * pageSize),
    total: all.length,
    pageNumber: page,
    ...(page * pageSize < all.length ? { nextPage: nextPageAs === 'url' ? call.origin + next : next } : {}),
  };
}
