import { afterEach, describe, expect, it } from '@jest/globals';
import type { AuthStyle } from '../../../lib/cxone/settings.ts';
import { createTokenSource } from '../../../lib/cxone/token-source.ts';
import { clientSettings, fixedCredentials } from '../../support/cxone-client.ts';
import { json, type RecordingServer, recordingServer } from '../../support/recording-server.ts';

const SECRET = 'hush & häppy/=+';
let server: RecordingServer;
afterEach(() => server.close());

const grantOf = (fields: Record<string, unknown> = {}) => ({
  access_token: 'tok',
  token_type: 'bearer',
  expires_in: 3600,
  ...fields,
});

async function answering(status: number, body: unknown): Promise<void> {
  server = await recordingServer((response) => json(response, status, body));
}

function source(authStyle: AuthStyle, changes: Parameters<typeof clientSettings>[1] = {}) {
  return createTokenSource(
    clientSettings(server.url, {
      credentials: fixedCredentials('id-1', SECRET),
      ...changes,
      api: { authStyle, scopes: ['webhook:write', 'event:read', 'data:read'], ...changes.api },
    }),
  );
}

describe('the token call, as it goes over the wire', () => {
  const FORM = 'application/x-www-form-urlencoded';
  const encodedSecret = 'hush+%26+h%C3%A4ppy%2F%3D%2B';
  const forms: [AuthStyle, string, string, string, string | undefined][] = [
    [
      'basic',
      '/oauth/token',
      FORM,
      'grant_type=client_credentials&scope=webhook%3Awrite+event%3Aread+data%3Aread',
      `Basic ${Buffer.from(`id-1:${SECRET}`).toString('base64')}`,
    ],
    [
      'json',
      '/oauth/token',
      'application/json',
      `{"grant_type":"client_credentials","client_id":"id-1","client_secret":"${SECRET}"}`,
      undefined,
    ],
    [
      'form',
      '/api/v2/oauth/token',
      FORM,
      `grant_type=client_credentials&client_id=id-1&client_secret=${encodedSecret}`,
      undefined,
    ],
    [
      'access-key',
      '/authentication/v1/token/access-key',
      'application/json',
      `{"accessKeyId":"id-1","accessKeySecret":"${SECRET}"}`,
      undefined,
    ],
  ];
  for (const [style, path, contentType, body, authorization] of forms) {
    it(`style ${style}`, async () => {
      await answering(200, grantOf());
      await source(style).current();
      const [request] = server.requests;
      expect(request).toMatchObject({ method: 'POST', url: path, body });
      expect(request?.headers['content-type']).toBe(contentType);
      expect(request?.headers.authorization).toBe(authorization);
      expect(request?.headers.accept).toBe('application/json');
    });
  }

  it('goes to the configured address and path', async () => {
    await answering(200, grantOf());
    const api = { baseUrl: 'http://127.0.0.1:9', authBaseUrl: `${server.url}/auth/`, tokenPath: '/v9/token' };
    await source('form', { api }).current();
    expect(server.requests[0]?.url).toBe('/auth/v9/token');
  });
});

describe('the lifetime of a token', () => {
  const cases: [unknown, number][] = [
    [3600, 3600],
    ['1800', 1800],
    [undefined, 600],
    [null, 600],
    ['soon', 600],
    ['', 600],
    [0, 600],
    [-1, 600],
    [true, 600],
    [1e12, 86_400],
  ];
  for (const [expiresIn, seconds] of cases) {
    it(`expires_in ${JSON.stringify(expiresIn)} counts as ${seconds} s`, async () => {
      await answering(200, grantOf({ expires_in: expiresIn }));
      const token = await source('json').current();
      expect(token.expiresAtMs - token.obtainedAtMs).toBe(seconds * 1000);
    });
  }
});

describe('a token call that fails', () => {
  it('is not repeated after 401, and names what to check without giving the secret away', async () => {
    await answering(401, { error: 'invalid_client', error_description: `bad secret ${SECRET}` });
    const failure = source('basic').current();
    await expect(failure).rejects.toMatchObject({ failure: 'unauthorized', status: 401 });
    const message = await failure.catch((error: Error) => error.message);
    for (const hint of [
      'CXONE_CLIENT_ID',
      'CXONE_CLIENT_SECRET',
      'cxone-relay/test/cxone',
      'cxone.authStyle',
      '"basic"',
      'bad secret ***',
    ])
      expect(message).toContain(hint);
    expect(message).not.toContain(SECRET);
    expect(server.requests).toHaveLength(1);
  });

  it('counts any other 4xx as refused credentials too', async () => {
    await answering(400, { error: 'invalid_client' });
    await expect(source('form').current()).rejects.toMatchObject({ failure: 'unauthorized', status: 400 });
    expect(server.requests).toHaveLength(1);
  });

  it('is repeated after 5xx, three tries in all', async () => {
    server = await recordingServer((response, count) =>
      count < 3 ? json(response, 503, { message: 'later' }) : json(response, 200, grantOf()),
    );
    await expect(source('json').current()).resolves.toMatchObject({ accessToken: 'tok', version: 1 });
    expect(server.requests).toHaveLength(3);
  });

  it('fails, rather than being unknown, when the connection breaks: a late token harms nobody', async () => {
    server = await recordingServer((response) => response.socket?.destroy());
    await expect(source('json').current()).rejects.toMatchObject({ failure: 'failed', openTries: 0 });
    expect(server.requests).toHaveLength(3);
  });

  it('does not take an answer without a usable token', async () => {
    for (const body of ['<html>', {}, { access_token: 5 }, { access_token: 'two\nlines' }]) {
      await answering(200, body);
      await expect(source('json').current()).rejects.toMatchObject({ failure: 'failed' });
      await server.close();
    }
    await answering(200, {});
  });
});
