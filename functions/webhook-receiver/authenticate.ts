import { isSigned } from '../../lib/events/signature.ts';
import type { WebhookSecret } from '../../lib/events/webhook-secret.ts';
import { bearerTokenIn, isSameText } from '../../lib/platform/same-text.ts';
import type { CachedSecret } from '../../lib/platform/secrets.ts';
import type { WebhookRequest } from './request.ts';

export type AuthMode = 'hmac' | 'url-token' | 'bearer' | 'none';

/**
 * The first of `modes` that holds, or undefined. Credentials that do not match make the secret be read once more, for it
 * may just have been rotated; a request without credentials costs nothing.
 * Rejects when the secret cannot be read.
 */
export async function authenticate(
  request: WebhookRequest,
  body: Uint8Array,
  modes: readonly AuthMode[],
  secrets: CachedSecret<WebhookSecret>,
): Promise<AuthMode | undefined> {
  if (modes.includes('none')) return 'none';
  const presented = modes.filter((mode) => credentialsOf(request, mode).length > 0);
  if (presented.length === 0) return undefined;
  const holding = (secret: WebhookSecret) => presented.find((mode) => holds(mode, request, body, secret));
  return holding(await secrets.get()) ?? ((await secrets.refetch()) ? holding(await secrets.get()) : undefined);
}

/** What the request shows for a mode; both signature headers count (contract §1). */
function credentialsOf({ headers, token }: WebhookRequest, mode: AuthMode): string[] {
  const shown = {
    hmac: [headers['x-cxone-signature'], headers['x-nice-signature']],
    'url-token': [token],
    bearer: [bearerTokenIn(headers.authorization)],
    none: [],
  }[mode];
  return shown.filter((text) => text !== undefined && text !== '') as string[];
}

function holds(mode: AuthMode, request: WebhookRequest, body: Uint8Array, secret: WebhookSecret): boolean {
  const shown = credentialsOf(request, mode);
  if (mode === 'hmac') {
    const keys = secret.previous === undefined ? [secret.current] : [secret.current, secret.previous];
    return shown.some((signature) => isSigned(body, signature, keys));
  }
  const valid =
    mode === 'url-token' ? [secret.urlToken, secret.previousUrlToken] : [secret.bearer, secret.previousBearer];
  return valid.some((expected) => expected !== undefined && shown.some((text) => isSameText(text, expected)));
}
