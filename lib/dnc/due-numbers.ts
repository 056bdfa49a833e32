import { PENDING_SHARDS } from './item.ts';
import { type IndexKey, type IndexSettings, shardPages } from './shard-pages.ts';

const PAGE_KEYS = 250;

/**
 * Numbers due by `dueByMs`, the longest due first across all shards, each once. A Query a shard and page, never a Scan; pages
 * are asked for as they are needed.
 */
export async function* dueNumbers(index: IndexSettings, dueByMs: number): AsyncGenerator<string> {
  const seen = new Set<string>(); // a put meanwhile moves a key behind us, where it would be met again
  const cursors = await Promise.all(
    PENDING_SHARDS.map((shard) => openCursor(shardPages(index, shard, { dueByMs, pageSize: PAGE_KEYS }))),
  );
  for (;;) {
    let first: Cursor | undefined;
    for (const cursor of cursors) {
      if (cursor.head && (!first?.head || cursor.head.nextAttemptAtMs < first.head.nextAttemptAtMs)) first = cursor;
    }
    if (!first?.head) return;
    const { phoneNumber } = first.head;
    await first.advance();
    if (seen.has(phoneNumber)) continue;
    seen.add(phoneNumber);
    yield phoneNumber;
  }
}

interface Cursor {
  head: IndexKey | undefined;
  advance(): Promise<void>;
}

async function openCursor(pages: AsyncGenerator<IndexKey[]>): Promise<Cursor> {
  let page: IndexKey[] = [];
  let position = 0;
  const cursor: Cursor = {
    head: undefined,
    async advance() {
      if (position >= page.length) {
        page = (await pages.next()).value ?? [];
        position = 0;
      }
      cursor.head = page[position++];
    },
  };
  await cursor.advance();
  return cursor;
}
