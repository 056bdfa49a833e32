import { randomUUID } from 'node:crypto';
import { type Answer, answer, type Call, isObject, type Route, refuse } from './api.ts';
import type { SimulatorState } from './state.ts';

/** OAuth in the four styles (contract §4). Every token is new; older ones hold until they expire or are revoked. */
export const oauthRoutes: Route[] = [
  { method: 'POST', path: /^\/oauth\/token$/, scope: null, handle: basicOrJson },
  { method: 'POST', path: /^\/api\/v2\/oauth\/token$/, scope: null, handle: form },
  { method: 'POST', path: /^\/authentication\/v1\/token\/access-key$/, scope: null, handle: accessKey },
];

function basicOrJson(call: Call, state: SimulatorState): Answer {
  if (isObject(call.body)) {
    const { grant_type, client_id, client_secret } = call.body;
    return grant(call, state, { style: 'json', grantType: grant_type, id: client_id, secret: client_secret });
  }
  const [scheme, encoded = ''] = (call.headers.authorization ?? '').split(' ');
  if (scheme !== 'Basic') return refuse(401, 'HTTP Basic credentials are missing', { error: 'invalid_client' });
  const [id, ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  const fields = new URLSearchParams(call.rawBody);
  const scopes = fields.get('scope')?.split(' ') ?? null;
  return grant(call, state, {
    style: 'basic',
    grantType: fields.get('grant_type'),
    id,
    secret: secret.join(':'),
    scopes,
  });
}

function form(call: Call, state: SimulatorState): Answer {
  const fields = new URLSearchParams(call.rawBody);
  const [id, secret] = [fields.get('client_id'), fields.get('client_secret')];
  return grant(call, state, { style: 'form', grantType: fields.get('grant_type'), id, secret });
}

function accessKey(call: Call, state: SimulatorState): Answer {
  const { accessKeyId, accessKeySecret } = isObject(call.body) ? call.body : {};
  return grant(call, state, {
    style: 'access-key',
    grantType: 'client_credentials',
    id: accessKeyId,
    secret: accessKeySecret,
  });
}

interface GrantRequest {
  style: string;
  grantType: unknown;
  id: unknown;
  secret: unknown;
  scopes?: string[] | null;
}

function grant(call: Call, state: SimulatorState, request: GrantRequest): Answer {
  const { clientId, clientSecret, tokenLifetimeSeconds, grantedScopes } = state.options;
  if (request.grantType !== 'client_credentials')
    return refuse(400, 'unsupported grant_type', { error: 'unsupported_grant_type' });
  if (request.id !== clientId || request.secret !== clientSecret)
    return refuse(401, 'client authentication failed', { error: 'invalid_client' });
  const asked = request.scopes ?? null;
  const scopes = asked === null ? grantedScopes : asked.filter((scope) => grantedScopes?.includes(scope) ?? true);
  const value = `token-${randomUUID()}`; // never one that an earlier run or a reset had given out
  state.tokens.set(value, {
    value,
    style: request.style,
    scopes,
    issuedAtMs: call.nowMs,
    expiresAtMs: call.nowMs + tokenLifetimeSeconds * 1000,
    revoked: false,
  });
  return answer(200, {
    access_token: value,
    token_type: 'bearer',
    expires_in: tokenLifetimeSeconds,
    ...(request.style === 'access-key' ? { refresh_token: `refresh-${randomUUID()}` } : {}),
  });
}

/** 401 or 403 as CXone would answer, undefined when the call may go on. */
export function checkToken(call: Call, state: SimulatorState, scope: string): Answer | undefined {
  const value = /^Bearer (.+)$/.exec(call.headers.authorization ?? '')?.[1];
  const token = value === undefined ? undefined : state.tokens.get(value);
  if (!token || token.revoked || token.expiresAtMs <= call.nowMs)
    return refuse(401, 'the token is invalid or has expired');
  if (token.scopes !== null && !token.scopes.includes(scope))
    return refuse(403, `insufficient scope: ${scope} is needed`);
  return undefined;
}

export function revokeTokens(state: SimulatorState): number {
  const live = [...state.tokens.values()].filter((token) => !token.revoked);
  for (const token of live) token.revoked = true;
  return live.length;
}
