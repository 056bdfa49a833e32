interface Item {
  /** May be longer than the value, so that a bitmap that grows is not copied each time. */
  bytes: Buffer;
  length: number;
  expiresAtMs: number | null;
}

/** Redis strings in memory: binary values with an expiry each, gone the moment it passes. */
export class Keyspace {
  #items = new Map<string, Item>();

  #item(key: string): Item | undefined {
    const item = this.#items.get(key);
    if (item === undefined || item.expiresAtMs === null || item.expiresAtMs > Date.now()) return item;
    this.#items.delete(key);
    return undefined;
  }

  /** A view of the value, not a copy; undefined: no such key. */
  read(key: string): Buffer | undefined {
    const item = this.#item(key);
    return item?.bytes.subarray(0, item.length);
  }

  /** Replaces the value; an expiry is gone, as with SET. */
  write(key: string, value: Buffer): void {
    this.#items.set(key, { bytes: Buffer.from(value), length: value.length, expiresAtMs: null });
  }

  /** The value padded with zero bytes to at least `lengthBytes`, to be written in place. Creates the key. */
  grow(key: string, lengthBytes: number): Buffer {
    let item = this.#item(key);
    if (item === undefined) {
      item = { bytes: Buffer.alloc(lengthBytes), length: lengthBytes, expiresAtMs: null };
      this.#items.set(key, item);
    }
    if (item.bytes.length < lengthBytes) {
      const bytes = Buffer.alloc(Math.max(lengthBytes, item.bytes.length * 2));
      item.bytes.copy(bytes, 0, 0, item.length);
      item.bytes = bytes;
    }
    item.length = Math.max(item.length, lengthBytes);
    return item.bytes.subarray(0, item.length);
  }

  /** False: no such key. A time in the past ends it at once. */
  expireAt(key: string, expiresAtMs: number): boolean {
    const item = this.#item(key);
    if (item !== undefined) item.expiresAtMs = expiresAtMs;
    return item !== undefined;
  }

  /** −2: no such key, −1: no expiry, as PTTL says. */
  remainingMs(key: string): number {
    const item = this.#item(key);
    if (item === undefined) return -2;
    return item.expiresAtMs === null ? -1 : item.expiresAtMs - Date.now();
  }

  delete(key: string): boolean {
    return this.#item(key) !== undefined && this.#items.delete(key);
  }

  keys(): string[] {
    return [...this.#items.keys()].filter((key) => this.#item(key) !== undefined);
  }

  clear(): void {
    this.#items.clear();
  }

  /** A copy of everything, to be put back by `restore`: what a server does that comes up from an old snapshot. */
  snapshot(): () => void {
    const held = [...this.#items].map(([key, item]) => [key, { ...item, bytes: Buffer.from(item.bytes) }] as const);
    return () => {
      this.#items = new Map(held.map(([key, item]) => [key, { ...item, bytes: Buffer.from(item.bytes) }]));
    };
  }
}
