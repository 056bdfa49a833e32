/** A token of one credential, as all processes share it. */
export interface StoredToken {
  accessToken: string;
  /** Raised by one with every renewal. */
  version: number;
  /** When it was asked for; its lifetime counts from here. Milliseconds since the epoch. */
  obtainedAtMs: number;
  expiresAtMs: number;
}

export type Grant = Omit<StoredToken, 'version'>;

/** The right to renew the token that has `version` (0: none yet), until `untilMs`. */
export interface RenewalLease {
  owner: string;
  version: number;
  untilMs: number;
}

/**
 * One item per credential, shared by all processes:
 * ```
 * A: read v7 ── acquire(v7) ✓ ──── token call ──── write v8 ✓ (lease gone with it)
 * B: read v7 ──── acquire(v7) ✗ held ── poll ── poll ── read v8 → uses it
 * C: read v7 ─────────────────────────────────────────── acquire(v7) ✗ version moved → read v8
 * D: read v7 ── acquire(v7) ✓ ── dies                     (E polls; lease lapses; acquire(v7) ✓)
 * F: acquire ✓ ── stalls beyond the lease ── write ✗ (G holds it, or v8 stands): F's token is thrown away
 * ```
 * Guaranteed: one version is replaced once; nobody's write lands after its lease was taken by another. Bound: a holder whose
 * token call is still under way when its lease lapses (stall, or clocks apart by more than the margin that callers keep)
 * overlaps with its successor: two token calls, one stored.
 */
export interface TokenStore {
  /** Strongly consistent. */
  read(credential: string): Promise<StoredToken | undefined>;
  /** True: ours until `untilMs`. False: another holds it at `nowMs`, or the stored version is not `lease.version`. */
  acquire(credential: string, lease: RenewalLease, nowMs: number): Promise<boolean>;
  /** Stores the grant as the next version and gives the lease back. Undefined: the lease was lost, nothing was stored. */
  write(credential: string, lease: RenewalLease, grant: Grant): Promise<StoredToken | undefined>;
  /** Gives the lease back without a token. Nothing happens when it is not ours any more. */
  release(credential: string, lease: RenewalLease): Promise<void>;
}
