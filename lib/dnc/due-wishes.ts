import { dueNumbers } from './due-numbers.ts';
import { type ItemReaderSettings, READ_ITEMS, readItems } from './item-reader.ts';
import type { IndexSettings } from './shard-pages.ts';
import type { DncItem } from './types.ts';

/** How many numbers may be read at once. */
export const READ_WISHES = READ_ITEMS;

/** What is to be told to CXone, as the drain reads it. */
export interface DueWishes {
  /** Numbers pending and due by then, the longest due first, each once. May be stale by moments: read before acting. */
  due(dueByMs: number): AsyncIterable<string>;
  /** The items of up to READ_WISHES distinct numbers as they are now, in that order; deleted ones are left out. */
  read(numbers: readonly string[]): Promise<DncItem[]>;
}

/** In DncQueue: keys by its sparse index, items by a strong read. */
export function createDueWishes(settings: IndexSettings & ItemReaderSettings): DueWishes {
  return {
    due: (dueByMs) => dueNumbers(settings, dueByMs),
    read: (numbers) => readItems(settings, numbers),
  };
}
