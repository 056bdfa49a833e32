import { createHmac } from 'node:crypto';
import { type CxoneClient, CxoneError } from '../cxone/types.ts';
import { INTERACTION_UPDATE_TYPE } from '../events/kinds.ts';
import type { AuditTrail } from '../platform/audit-port.ts';
import type { Clock } from '../platform/clock.ts';
import { ConfigError } from '../platform/errors.ts';
import { auditedFailure } from './audited-failure.ts';
import type { ControlStore } from './control.ts';

/** The routes' canonical path (contract §1); registrations point there. */
const EVENTS_PATH = '/cxone/events';
const TIMEOUT_MS = 15_000;

/** What CXone posts by each registration; the door has to take it (lib/stage/cloud-rules.ts). */
export const DELIVERIES = {
  eventRegistrations: { kind: 'data-action', type: 'DATA_ACTION_TRIGGERED' },
  dataActionWebhooks: { kind: 'interaction-update', type: INTERACTION_UPDATE_TYPE },
} as const;

export interface WebhookSettings {
  eventRegistrations: boolean;
  dataActionWebhooks: boolean;
  /** Base URL of the stack's API, or a full URL with a path of its own. */
  targetUrl: string;
  paths: { eventRegistrations: string; webhooks: string };
}

export interface WebhookSecrets {
  /** Signing secret that CXone shall use. */
  current: string;
  urlToken?: string | undefined;
}

export interface Registration {
  webhook: 'event-registration' | 'data-action-webhook';
  path: string;
  body: Record<string, unknown>;
  /** What of the body nobody may read in a log or in the trail. */
  secret: string;
}

/** What shall be registered (contract §5). The one that can lack a secret comes last, so that it keeps none back. */
export function* desiredRegistrations(settings: WebhookSettings, secrets: WebhookSecrets): Generator<Registration> {
  if (settings.dataActionWebhooks) yield dataActionWebhook(settings, secrets);
  if (settings.eventRegistrations) yield eventRegistration(settings, secrets);
}

/** 000's registration carries no secret: CXone proves itself by the token on the URL. */
function eventRegistration({ targetUrl, paths }: WebhookSettings, { urlToken }: WebhookSecrets): Registration {
  if (urlToken === undefined) {
    throw new ConfigError(
      'webhook secret',
      'needs "urlToken" for event registrations; add it, or set webhooks.eventRegistrations to false',
    );
  }
  return {
    webhook: 'event-registration',
    path: paths.eventRegistrations,
    body: {
      name: 'data-action-dedup-consumer',
      url: withQuery(targetUrl, 'token', urlToken),
      eventTypes: [DELIVERIES.eventRegistrations.type],
      format: 'JSON',
      active: true,
    },
    secret: urlToken,
  };
}

/**
 * CXone answers 409 for a URL it knows and keeps the old secret with it. So the URL carries a mark made from the secret:
 * a rotated secret is a new URL, hence a new registration, and none goes on being signed with a secret that will expire.
 */
function dataActionWebhook({ targetUrl, paths }: WebhookSettings, { current }: WebhookSecrets): Registration {
  const mark = createHmac('sha256', current).update('cxone-relay webhook registration').digest('hex').slice(0, 8);
  return {
    webhook: 'data-action-webhook',
    path: paths.webhooks,
    body: { url: withQuery(targetUrl, 'r', mark), events: [DELIVERIES.dataActionWebhooks.type], secret: current },
    secret: current,
  };
}

function withQuery(targetUrl: string, name: string, value: string): string {
  const url = new URL(targetUrl);
  if (url.pathname === '/') url.pathname = EVENTS_PATH;
  url.searchParams.set(name, value);
  return url.href;
}

export interface RegisterSettings {
  client: CxoneClient;
  control: ControlStore;
  audit: AuditTrail;
  /** Asked before each write. Rejects when another run has taken over: then nothing more may be written. */
  ensureLease(): Promise<void>;
  clock: Clock;
}

/**
 * Registers what is not remembered as registered in just this form. 409 = already there, success.
 * @returns whether a request was made; rejects with CxoneError after auditing the failure.
 */
export async function ensureRegistered(
  settings: RegisterSettings,
  registration: Registration,
  deadlineMs: number,
): Promise<boolean> {
  const { client, control, audit, clock } = settings;
  const { webhook, path, body } = registration;
  const fingerprint = await audit.digest(JSON.stringify([path, body])); // a bare hash would let a weak secret be guessed
  if ((await control.webhook(webhook))?.fingerprint === fingerprint) return false;

  await settings.ensureLease();
  const operation = `POST ${webhook}`;
  await audit.append({ operation, subject: 'unknown', status: 'intent', details: { fingerprint } });
  let id: string | null;
  try {
    id = await post(client, registration, deadlineMs);
  } catch (error) {
    const { status, details } = auditedFailure(error);
    await audit.append({ operation, subject: 'unknown', status, details: { fingerprint, ...details } });
    throw error;
  }
  await audit.append({
    operation,
    subject: id ?? 'unknown',
    status: 'success',
    details: { fingerprint, alreadyThere: id === null },
  });
  await control.putWebhook({
    webhook,
    fingerprint,
    registrationId: id,
    registeredAt: new Date(clock.nowMs()).toISOString(),
  });
  return true;
}

/** The new registration's id; null when CXone has it already or names none. */
async function post(
  client: CxoneClient,
  { path, body: json, secret }: Registration,
  deadlineMs: number,
): Promise<string | null> {
  const secrets = [secret];
  try {
    const answer = await client.request({ method: 'POST', path, json, secrets, timeoutMs: TIMEOUT_MS, deadlineMs });
    const { id } = (answer.body ?? {}) as Record<string, unknown>;
    return typeof id === 'string' || typeof id === 'number' ? String(id) : null;
  } catch (error) {
    if (error instanceof CxoneError && error.status === 409) return null;
    throw error;
  }
}
