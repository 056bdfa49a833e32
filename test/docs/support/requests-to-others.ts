import { createCxoneClient } from '../../../lib/cxone/client.ts';
import type { AuthStyle } from '../../../lib/cxone/settings.ts';
import type { CxoneClient } from '../../../lib/cxone/types.ts';
import type { DncContact } from '../../../lib/dnc/dnc-api.ts';
import { createDncGroups } from '../../../lib/dnc/dnc-groups.ts';
import { createOutboundContacts } from '../../../lib/dnc/outbound-contacts.ts';
import { parseStage } from '../../../lib/stage/parse.ts';
import { createSubscriptionApi } from '../../../lib/subscriptions/api.ts';
import { createRegistrySync } from '../../../lib/subscriptions/registry-sync.ts';
import { payloadOf } from '../../../lib/subscriptions/remote.ts';
import { desiredRegistrations } from '../../../lib/subscriptions/webhooks.ts';
import { fakeClock } from '../../support/clock.ts';
import { COMPLETED_INTERACTIONS } from '../../support/completed-interactions.ts';
import { clientSettings, fixedCredentials } from '../../support/cxone-client.ts';
import { recordingLog } from '../../support/log.ts';
import { json, type RecordingServer, recordingServer } from '../../support/recording-server.ts';
import type { HttpExample } from './http-example.ts';

const STYLES: AuthStyle[] = ['basic', 'json', 'form', 'access-key'];
const STAGE = parseStage('prod', { subscriptions: [COMPLETED_INTERACTIONS] });
const OPT_OUT: DncContact = {
  phoneNumber: '+14155552671',
  preference: 'optOut',
  eventTime: '2026-01-31T12:00:03Z',
};
const OPT_IN: DncContact = { ...OPT_OUT, phoneNumber: '+14155552672', preference: 'optIn' };
const LIMITS = { deadlineMs: Number.POSITIVE_INFINITY, timeoutMs: 10_000 };

/** Each kind of request that the relay sends out, by its name in docs/wire-contract.md, as the deployed code sends it. */
export async function requestsToOthers(): Promise<Map<string, HttpExample>> {
  const server = await recordingServer((response) => json(response, 200, { access_token: 'token', id: 's-1' }));
  try {
    const sent = new Map<string, HttpExample>();
    for (const style of STYLES) {
      await clientOf(server, style).request({ method: 'GET', path: '/' });
      sent.set(style, exampleOf(server, -2)); // the token call, before the call that needed it
    }
    for (const [name, send] of Object.entries(requests(server, clientOf(server, 'json')))) {
      await send();
      sent.set(name, exampleOf(server, -1));
    }
    return sent;
  } finally {
    await server.close();
  }
}

function clientOf(server: RecordingServer, authStyle: AuthStyle): CxoneClient {
  const api = { authStyle, scopes: ['webhook:write', 'event:read'] };
  return createCxoneClient(clientSettings(server.url, { credentials: fixedCredentials('client', 'secret'), api }));
}

function requests(server: RecordingServer, client: CxoneClient): Record<string, () => Promise<unknown>> {
  const { paths } = STAGE.cxone;
  const contacts = createOutboundContacts({ client, path: paths.outboundContacts, customListIds: [] });
  const groups = createDncGroups({
    client,
    path: paths.dncGroups,
    groupId: 'g-1',
    phoneNumberFormat: 'digits',
    errorsOfHeld: { optIn: [], optOut: [] },
  });
  const subscriptions = createSubscriptionApi(client, paths.subscriptions);
  const clock = fakeClock(Date.parse('2026-01-31T12:00:00Z'));
  const registrySettings = { url: `${server.url}/states`, clock, log: recordingLog(), deadlineMs: LIMITS.deadlineMs };
  const [desired] = STAGE.subscriptions;
  if (desired === undefined) throw new Error('the stage has no subscription');
  const payload = payloadOf(desired, STAGE.name);
  const registrations = desiredRegistrations(
    { ...STAGE.webhooks, targetUrl: 'https://relay.example.com', paths },
    { current: 'signing-secret', urlToken: 'url-token' },
  );
  return {
    'outbound-contacts': () => contacts.send([OPT_OUT, OPT_IN], LIMITS),
    'dnc-groups': () => groups.send([OPT_OUT], LIMITS),
    ...Object.fromEntries(
      [...registrations].map(({ webhook, path, body }) => [
        webhook,
        () => client.request({ method: 'POST', path, json: body }),
      ]),
    ),
    subscription: () =>
      subscriptions.create(payload, subscriptions.idempotencyKey('create', undefined, payload, 1), LIMITS.deadlineMs),
    'registry-webhook': () => createRegistrySync(registrySettings).tell('s-1', 'active'),
  };
}

function exampleOf({ requests: all }: RecordingServer, at: number): HttpExample {
  const { method = '', url = '', headers, body = '' } = all.at(at) ?? {};
  const shown = Object.entries(headers ?? {}).map(([name, value]) => [name, shownValue(name, String(value))]);
  return { start: `${method} ${url}`, headers: Object.fromEntries(shown), body };
}

/** A key is told by what it is made of, not by its digits. */
const shownValue = (name: string, value: string): string =>
  name === 'idempotency-key' && /^[0-9a-f]{64}$/.test(value) ? '…' : value;
