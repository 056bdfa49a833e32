import type { CxoneCredentials } from './credentials.ts';
import { type AuthStyle, type CxoneApiSettings, tokenUrlOf } from './settings.ts';
import type { HttpRequest } from './transport.ts';

const TOKEN_TIMEOUT_MS = 10_000;
const FORM = 'application/x-www-form-urlencoded';

/** The token call in the style's own wire form (contract §4); nothing is in it that the style does not name. */
export function tokenRequest(api: CxoneApiSettings, credentials: CxoneCredentials): HttpRequest {
  const { contentType, body, authorization } = FORMS[api.authStyle](credentials, api.scopes);
  return {
    method: 'POST',
    url: tokenUrlOf(api),
    headers: {
      accept: 'application/json',
      'content-type': contentType,
      ...(authorization === undefined ? {} : { authorization }),
    },
    body,
    timeoutMs: TOKEN_TIMEOUT_MS,
  };
}

interface TokenForm {
  contentType: string;
  body: string;
  authorization?: string;
}

const FORMS: Record<AuthStyle, (credentials: CxoneCredentials, scopes: string[]) => TokenForm> = {
  basic: ({ clientId, clientSecret }, scopes) => ({
    contentType: FORM,
    body: form({ grant_type: 'client_credentials', ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }) }),
    authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`, 'utf8').toString('base64')}`,
  }),
  json: ({ clientId, clientSecret }) => ({
    contentType: 'application/json',
    body: JSON.stringify({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }),
  }),
  form: ({ clientId, clientSecret }) => ({
    contentType: FORM,
    body: form({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }),
  }),
  'access-key': ({ clientId, clientSecret }) => ({
    contentType: 'application/json',
    body: JSON.stringify({ accessKeyId: clientId, accessKeySecret: clientSecret }),
  }),
};

const form = (fields: Record<string, string>): string => new URLSearchParams(fields).toString();
