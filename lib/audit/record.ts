import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { AuditEntry } from '../platform/audit-port.ts';

/** One link of the chain (design §7). `hash` covers every other field, so that nothing in it can be changed unseen. */
export interface AuditRecord extends AuditEntry {
  /** Who writes: one stream a writer, so that writers never wait for each other. */
  stream: string;
  /** 1, 2, 3 … without a gap. */
  seq: number;
  /** ISO 8601, UTC. */
  at: string;
  /** Which key signed it; lets the key be rotated without breaking the chain. */
  keyId: string;
  /** `hash` of the record before; empty for the first. */
  prevHash: string;
  /** HMAC-SHA-256, hex. */
  hash: string;
}

/** The newest record as the writer remembers it, kept apart from the records: without it a cut tail would not show. */
export interface AuditHead {
  stream: string;
  seq: number;
  hash: string;
}

/** Signing key and, during and after a rotation, the ones before it. */
export interface AuditKeys {
  key: string;
  previous?: readonly string[];
}

export function keyIdOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 8);
}

/** HMAC of all fields but `hash`, in a fixed order; details by sorted key. */
export function hashOf(record: Omit<AuditRecord, 'hash'>, key: string): string {
  const { stream, seq, at, operation, subject, status, details, keyId, prevHash } = record;
  const sorted = Object.entries(details).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([stream, seq, at, operation, subject, status, sorted, keyId, prevHash]);
  return createHmac('sha256', key).update(text).digest('hex');
}

/** HMAC of anything else; the prefix keeps it apart from the chain's own, which are of JSON lists. */
export function digestOf(text: string, key: string): string {
  return createHmac('sha256', key).update(`digest\n${text}`).digest('hex');
}

export function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Parses the JSON secret `{key, previous?}`; the message of the error never quotes it. */
export function parseAuditKeys(json: unknown): AuditKeys {
  const { key, previous } = (json ?? {}) as { key?: unknown; previous?: unknown };
  if (typeof key !== 'string' || key.length < 16)
    throw new Error('the audit secret needs "key": a string of at least 16 characters');
  if (previous === undefined) return { key };
  if (!Array.isArray(previous) || previous.some((old) => typeof old !== 'string')) {
    throw new Error('"previous" of the audit secret must be a list of strings');
  }
  return { key, previous };
}
