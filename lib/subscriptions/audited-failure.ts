import { CxoneError } from '../cxone/types.ts';
import type { AuditEntry } from '../platform/audit-port.ts';
import { clip } from '../platform/clip.ts';
import { codeOf, messageOf } from '../platform/errors.ts';

const MAX_MESSAGE_LENGTH = 512;

/** What the trail keeps of a write that failed: `unknown` where CXone may have executed it all the same. */
export function auditedFailure(error: unknown): Pick<AuditEntry, 'status' | 'details'> {
  const answered = error instanceof CxoneError && error.failure !== 'unknown';
  const statusCode = error instanceof CxoneError ? (error.status ?? null) : null;
  return {
    status: answered ? 'failure' : 'unknown',
    details: { statusCode, code: codeOf(error), message: clip(messageOf(error), MAX_MESSAGE_LENGTH) },
  };
}
