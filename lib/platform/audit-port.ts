/** What happened in CXone by our hand; intent before, outcome after (design §7). */
export interface AuditEntry {
  /** `POST subscription`, `DELETE webhook`, `dnc batch`, …: method and thing. */
  operation: string;
  /** Subscription id, webhook id, request id; "unknown" where none is known yet. */
  subject: string;
  status: 'intent' | 'success' | 'failure' | 'unknown';
  /** Small and flat; no secrets, no phone numbers. */
  details: Record<string, string | number | boolean | null>;
}

/** The append-only trail, seen by those who write to it. `lib/audit` keeps it; features only know this port. */
export interface AuditTrail {
  /** Durable when it resolves. Rejects (retryable) when it cannot be written: then the write to CXone must not be made. */
  append(entry: AuditEntry): Promise<void>;
  /**
   * HMAC of `text` with the trail's key, hex: for details that shall be provable without being told. A bare hash would tell:
   * phone numbers are few enough to try them all.
   */
  digest(text: string): Promise<string>;
}
