import { type Answer, answer, type Call, isObject, type Route, refuse, violate } from './api.ts';
import type { SimulatorState } from './state.ts';

const MAX_CONTACTS = 100;

/** Contract §6. A batch is taken whole or not at all. */
export const outboundContactRoutes: Route[] = [
  { method: 'POST', path: /^\/api\/v2\/outbound\/contacts$/, scope: 'outbound:contacts:write', handle: upsertContacts },
];

interface ContactRequest {
  phoneNumber: string;
  doNotCall: boolean;
  optOutDate: string | null;
  customListIds: string[];
  existingRecordId: string | null;
  upsert: boolean;
}

function upsertContacts(call: Call, state: SimulatorState): Answer {
  const list = isObject(call.body) ? call.body.contacts : undefined;
  if (!Array.isArray(list) || list.length === 0) return refuse(400, 'contacts: must be a list of 1 to 100');
  if (list.length > MAX_CONTACTS) {
    violate(state, call, 'batch-size', `${list.length} contacts in one request`);
    return refuse(400, `contacts: ${list.length} are more than ${MAX_CONTACTS}`);
  }
  const contacts: ContactRequest[] = [];
  for (const [index, item] of list.entries()) {
    const contact = readContact(item);
    if (typeof contact === 'string') return refuse(400, `contacts[${index}]: ${contact}`);
    contacts.push(contact);
  }
  const refusal = checkIds(call, state, contacts) ?? refusalOf(state, contacts) ?? conflictOf(state, contacts);
  if (refusal) return refusal;
  for (const contact of contacts) store(call, state, contact);
  return answer(200, { accepted: contacts.length, requestId: state.nextId('request') });
}

function readContact(item: unknown): ContactRequest | string {
  if (!isObject(item) || !isObject(item.phone) || typeof item.phone.phoneNumber !== 'string')
    return 'phone.phoneNumber is missing';
  if (!/^\+[1-9]\d{4,14}$/.test(item.phone.phoneNumber)) return 'phone.phoneNumber is not E.164';
  if (!isObject(item.dnc) || typeof item.dnc.doNotCall !== 'boolean') return 'dnc.doNotCall is missing';
  const { doNotCall, optOutDate } = item.dnc;
  if (doNotCall && (typeof optOutDate !== 'string' || Number.isNaN(Date.parse(optOutDate))))
    return 'dnc.optOutDate is missing';
  if (!doNotCall && optOutDate !== undefined) return 'dnc.optOutDate has no place in an opt-in';
  return {
    phoneNumber: item.phone.phoneNumber,
    doNotCall,
    optOutDate: typeof optOutDate === 'string' ? optOutDate : null,
    customListIds: Array.isArray(item.customListIds) ? item.customListIds.map(String) : [],
    existingRecordId: typeof item.existingRecordId === 'string' ? item.existingRecordId : null,
    upsert: item.updateMode === 'upsert',
  };
}

function checkIds(call: Call, state: SimulatorState, contacts: ContactRequest[]): Answer | undefined {
  const withId = contacts.filter(({ existingRecordId }) => existingRecordId !== null);
  if (withId.length === 0 || contacts.length === 1) return undefined;
  violate(state, call, 'existing-record-id', `an existingRecordId in a request of ${contacts.length} contacts`);
  return refuse(400, 'existingRecordId: belongs into a request of that one contact');
}

function refusalOf(state: SimulatorState, contacts: ContactRequest[]): Answer | undefined {
  for (const { phoneNumber } of contacts) {
    const refusal = state.behaviours.get(phoneNumber)?.refuse;
    if (refusal) return refuse(refusal.status, refusal.message);
  }
  return undefined;
}

function conflictOf(state: SimulatorState, contacts: ContactRequest[]): Answer | undefined {
  for (const { phoneNumber, upsert, existingRecordId } of contacts) {
    const conflict = state.behaviours.get(phoneNumber)?.conflict;
    if (conflict === undefined || state.contacts.has(phoneNumber)) continue;
    const recordId = existingIdOf(phoneNumber);
    if (conflict === 'without-id' && !upsert)
      return refuse(409, 'a contact exists already; repeat with updateMode upsert');
    if (conflict === 'with-id' && !(upsert && existingRecordId === recordId))
      return refuse(409, 'a contact exists already', { existingRecordId: recordId });
  }
  return undefined;
}

const existingIdOf = (phoneNumber: string): string => `existing-${phoneNumber.slice(1)}`;

function store(call: Call, state: SimulatorState, contact: ContactRequest): void {
  const { phoneNumber, doNotCall, optOutDate, customListIds } = contact;
  const known = state.contacts.get(phoneNumber);
  state.contacts.set(phoneNumber, {
    phoneNumber,
    recordId: known?.recordId ?? contact.existingRecordId ?? state.nextId('contact'),
    doNotCall,
    optOutDate,
    customListIds,
    updates: (known?.updates ?? 0) + 1,
    updatedAtMs: call.nowMs,
  });
}
