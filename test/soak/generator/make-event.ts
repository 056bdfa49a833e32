import type { SentEvent } from '../checker/evidence.ts';
import type { Dice } from '../dice.ts';

/** Where the default routing sends each type (contract §2). */
export const TOPICS: Readonly<Record<string, string>> = {
  INTERACTION_CREATED: 'cxone.interactions.raw',
  DISPOSITION_UPDATED: 'cxone.dispositions.raw',
  QUEUE_TRANSFER: 'cxone.transfers.raw',
  CALL_DISCONNECTED: 'cxone.calls.terminated',
  DATA_ACTION_TRIGGERED: 'cxone.data-actions.raw',
  'data.action.updated': 'cxone.data-actions.updated',
};
const ACTION_TYPES = ['INTERACTION_CREATED', 'DISPOSITION_UPDATED', 'QUEUE_TRANSFER', 'CALL_DISCONNECTED'];
const HOUR_MS = 3_600_000;

/** An event and how it is written: `bodyOf(0)` first, higher numbers for repeats, which differ in what does not count. */
export interface MadeEvent {
  event: SentEvent;
  bodyOf(retryCount: number): string;
}

export interface Population {
  contacts: number;
  phoneNumbers: number;
}

type Facts = Pick<SentEvent, 'kind' | 'orderKey' | 'topic'> & Partial<SentEvent>;

/** All four shapes, of a limited population, so that keys and numbers meet again. `nowMs`: CXone's clock. */
export function makeEvent(
  number: number,
  { contacts, phoneNumbers }: Population,
  nowMs: number,
  dice: Dice,
): MadeEvent {
  const made = (facts: Facts, bodyOf: (retryCount: number) => object): MadeEvent => ({
    event: {
      number,
      identity: `event ${number}`,
      begunAtMs: Number.POSITIVE_INFINITY,
      acceptedAtMs: null,
      eventId: null,
      answers: [],
      ...facts,
    },
    bodyOf: (retryCount) => JSON.stringify(bodyOf(retryCount)),
  });
  const contact = `contact-${dice.whole(contacts)}`;
  const share = dice.between(0, 1);

  if (share < 0.15) return dncEvent(made, number, dice.whole(phoneNumbers), nowMs, dice);
  if (share < 0.3) return interactionUpdate(made, number, nowMs, dice);
  if (share < 0.45) {
    return made({ kind: 'data-action', orderKey: contact, topic: topicOf('DATA_ACTION_TRIGGERED') }, (retryCount) => ({
      data: { retryCount, number, contactId: contact },
      eventType: 'DATA_ACTION_TRIGGERED',
    }));
  }
  const actionType = dice.pick(ACTION_TYPES);
  if (share < 0.5) {
    const alone = { kind: 'contact-action', orderKey: null, topic: topicOf(actionType) } as const;
    return made(alone, (retryCount) => ({ actionType, number, retryCount }));
  }
  const ofContact = { kind: 'contact-action', orderKey: contact, topic: topicOf(actionType) } as const;
  const note = 'é'.repeat(dice.whole(200));
  return made(ofContact, (retryCount) => ({ retryCount, actionType, contactId: contact, number, note }));
}

type Made = (facts: Facts, bodyOf: (retryCount: number) => object) => MadeEvent;

/** Timestamps on whole seconds of the last hour: some are equal, and most come in no order. */
function dncEvent(made: Made, number: number, phone: number, nowMs: number, dice: Dice): MadeEvent {
  const phoneNumber = `+1415${5_550_000 + phone}`;
  const preference = dice.pick(['optIn', 'optOut'] as const);
  const ageMs = dice.chance(0.5) ? dice.between(0, 5000) : dice.between(0, HOUR_MS);
  const eventTime = new Date(Math.floor((nowMs - ageMs) / 1000) * 1000).toISOString();
  const dnc = { phoneNumber, preference, eventTime };
  const body = { phoneNumber, eventName: preference, timestamp: eventTime, metadata: { number } };
  return made({ kind: 'dnc', orderKey: phoneNumber, topic: null, dnc }, () => body);
}

/** Each interaction has about four updates, in no order; the first to be taken is routed. */
function interactionUpdate(made: Made, number: number, nowMs: number, dice: Dice): MadeEvent {
  const interactionId = `interaction-${Math.floor(number / 25)}`;
  const updatedTimestamp = new Date(nowMs - dice.whole(60_000)).toISOString();
  const body = { interactionId, dataActionId: 'soak', updatedTimestamp, payload: { number } };
  const facts = { orderKey: interactionId, topic: topicOf('data.action.updated'), identity: interactionId };
  return made({ kind: 'interaction-update', ...facts, update: { interactionId, updatedTimestamp } }, () => body);
}

const topicOf = (type: string): string => TOPICS[type] ?? '';

/** The number that `makeEvent` put into a body; null when there is none. */
export function numberIn(body: string): number | null {
  try {
    const json = JSON.parse(body) as { number?: number; data?: { number?: number }; payload?: { number?: number } };
    return json.number ?? json.data?.number ?? json.payload?.number ?? null;
  } catch {
    return null;
  }
}
