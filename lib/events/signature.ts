import { createHmac, timingSafeEqual } from 'node:crypto';

const SIGNATURE = /^(?:sha256=)?([0-9a-f]{64})$/i;

/**
 * Whether `signature` (hex, any case, optional `sha256=`) is the HMAC-SHA256 of the raw body under one of the secrets.
 * Constant time in the secrets and the digest; only the form of the signature, which the caller chose, can be timed.
 */
export function isSigned(body: Uint8Array, signature: string, secrets: readonly string[]): boolean {
  const hex = SIGNATURE.exec(signature)?.[1];
  if (hex === undefined) return false;
  const presented = Buffer.from(hex, 'hex');
  let holds = false;
  for (const secret of secrets) {
    const expected = createHmac('sha256', secret).update(body).digest();
    if (timingSafeEqual(expected, presented)) holds = true;
  }
  return holds;
}

/** The header value for `body`, as CXone makes it. */
export function sign(body: Uint8Array, secret: string): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}
