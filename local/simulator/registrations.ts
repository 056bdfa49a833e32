import { type Answer, answer, type Call, isObject, type Route, refuse } from './api.ts';
import type { Registration, SimulatorState } from './state.ts';

/** Contract §5. What is there already (same URL, same events, same secret) answers 409. */
export const registrationRoutes: Route[] = [
  { method: 'POST', path: /^\/api\/v2\/event\/registrations$/, scope: 'webhook:write', handle: addEventRegistration },
  { method: 'GET', path: /^\/api\/v2\/event\/registrations$/, scope: 'event:read', handle: listEventRegistrations },
  { method: 'POST', path: /^\/api\/v2\/webhooks$/, scope: 'webhook:write', handle: addWebhook },
  { method: 'GET', path: /^\/api\/v2\/webhooks$/, scope: 'webhook:read', handle: listWebhooks },
];

function addEventRegistration({ body, nowMs }: Call, state: SimulatorState): Answer {
  if (!isObject(body) || typeof body.name !== 'string' || !isHttpUrl(body.url) || !isTextList(body.eventTypes))
    return refuse(400, 'name, url and eventTypes are needed');
  const { name, url, eventTypes } = body;
  return add(state.eventRegistrations, state.nextId('registration'), { name, url, eventTypes, secret: null }, nowMs);
}

function addWebhook({ body, nowMs }: Call, state: SimulatorState): Answer {
  if (!isObject(body) || !isHttpUrl(body.url) || !isTextList(body.events))
    return refuse(400, 'url and events are needed');
  if (typeof body.secret !== 'string' || body.secret === '') return refuse(400, 'secret is needed');
  const { url, events, secret } = body;
  return add(state.webhooks, state.nextId('webhook'), { name: 'webhook', url, eventTypes: events, secret }, nowMs);
}

function add(
  all: Map<string, Registration>,
  id: string,
  fields: Omit<Registration, 'id' | 'createdDate'>,
  nowMs: number,
): Answer {
  const same = (known: Registration): boolean =>
    known.url === fields.url &&
    known.name === fields.name &&
    known.secret === fields.secret &&
    [...known.eventTypes].sort().join() === [...fields.eventTypes].sort().join();
  if ([...all.values()].some(same)) return refuse(409, 'registered already');
  const registration = { ...fields, id, createdDate: new Date(nowMs).toISOString() };
  all.set(id, registration);
  return answer(201, publicFields(registration));
}

function listEventRegistrations(_call: Call, state: SimulatorState): Answer {
  return answer(200, [...state.eventRegistrations.values()].map(publicFields));
}

function listWebhooks(_call: Call, state: SimulatorState): Answer {
  return answer(200, [...state.webhooks.values()].map(publicFields));
}

/** Without the signing secret. */
export function publicFields({ id, name, url, eventTypes, createdDate }: Registration) {
  return { id, name, url, eventTypes, createdDate, active: true, format: 'JSON' };
}

const isHttpUrl = (value: unknown): value is string => typeof value === 'string' && /^https?:\/\/[^/]/.test(value);
const isTextList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');
