/** What the ledger's side knows of the Bloom window: what its answer "new" is worth. */
export interface FilterRecord {
  /** Epoch ms. Originals received up to here may be missing in the window: "new" is believed a window later only. */
  sinceMs: number;
  /** Generation → the stamp under which it holds every committed original received after `sinceMs`. */
  listed: ReadonlyMap<number, string>;
}

export type Conditional = 'done' | 'refused';

/** Bits were lost: generations that answered with another stamp than the listed one, or were missing. */
export interface Damage {
  /** Generation → the stamp it was listed under. */
  was: ReadonlyMap<number, string>;
  /** Generation → the stamp it has now; absent where it is missing. */
  now: ReadonlyMap<number, string>;
  sinceMs: number;
}

/** One item, read strongly, changed by conditional writes only. All methods reject with a retryable error. */
export interface FilterRecordStore {
  /** No record yet: nothing was ever committed, `sinceMs` 0. */
  read(): Promise<FilterRecord>;
  /** Raises `sinceMs` and lists the stamps as they are now, unless another router has changed one of these stamps. */
  damage(damage: Damage): Promise<Conditional>;
  /** Lists the generations under these stamps, unless one is listed under another; drops the entries `forget`. */
  list(stamps: ReadonlyMap<number, string>, forget: readonly number[]): Promise<Conditional>;
  /** Moves `sinceMs` to `toMs`, unless it has reached `neededMs` already. */
  cover(neededMs: number, toMs: number): Promise<Conditional>;
}
