import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { classify, routingTypeOf } from '../../../lib/events/classify.ts';
import { InvalidEventError } from '../../../lib/events/invalid-event.ts';
import { EVENT_KINDS } from '../../../lib/events/kinds.ts';
import { TELLING_FIELDS } from '../../integration/webhook-receiver/support/garbage.ts';

const BODIES = {
  dnc: { phoneNumber: '+14155550100', eventName: 'optOut', timestamp: '2026-01-31T12:00:00Z' },
  'contact-action': { actionType: 'QUEUE_TRANSFER' },
  'data-action': { eventType: 'DATA_ACTION_TRIGGERED', data: {} },
  'interaction-update': { interactionId: 'i', dataActionId: 'd', updatedTimestamp: '2026-01-31T12:00:00Z' },
};

function refusalOf(body: unknown): InvalidEventError {
  try {
    classify(body);
  } catch (error) {
    if (error instanceof InvalidEventError) return error;
    throw error;
  }
  throw new Error('was taken');
}

describe('classify', () => {
  it.each(EVENT_KINDS)('knows a %s by its fields, whatever else is there', (kind) => {
    expect(classify({ ...BODIES[kind], more: [1], metadata: null }).kind).toBe(kind);
  });

  it('takes the first kind in order when several fit', () => {
    fc.assert(
      fc.property(fc.subarray([...EVENT_KINDS], { minLength: 1 }), (kinds) => {
        const body = Object.assign({}, ...kinds.map((kind) => BODIES[kind]));
        expect(classify(body).kind).toBe(kinds[0]);
      }),
    );
  });

  it('passes over a kind whose fields have the wrong type', () => {
    expect(classify({ ...BODIES['data-action'], actionType: 5 }).kind).toBe('data-action');
    expect(classify({ ...BODIES.dnc, ...BODIES['contact-action'], eventName: 'other' }).kind).toBe('contact-action');
  });

  it.each([
    [{ phoneNumber: 5, eventName: 'stop' }, ['phoneNumber', 'eventName', 'timestamp']],
    [{ ...BODIES.dnc, eventName: 'optout' }, ['eventName']],
    [{ actionType: null }, ['actionType']],
    [{ actionType: 'X', contactId: {} }, ['contactId']],
    [{ actionType: 'X', contactId: null }, ['contactId']],
    [{ eventType: 'X' }, ['data']],
    [{ eventType: 'X', data: [] }, ['data']],
    [{ data: {} }, ['eventType']],
    [
      { interactionId: '', dataActionId: 5, updatedTimestamp: null, payload: null },
      ['interactionId', 'dataActionId', 'updatedTimestamp', 'payload'],
    ],
    [{ interactionId: 'i', updatedTimestamp: 'x' }, ['dataActionId']],
    [{ ...BODIES['interaction-update'], interactionId: 'é'.repeat(513) }, ['interactionId']],
    [{ ...BODIES['interaction-update'], interactionId: '\ud800' }, ['interactionId']],
  ])('names what is missing or mistyped in %j', (body, paths) => {
    const refusal = refusalOf(body);
    expect(refusal.reason).toBe('invalid-field');
    expect(refusal.errors.map(({ path }) => path)).toEqual(paths);
    for (const { message } of refusal.errors)
      expect(message).toMatch(/^(must be |must not be |is missing; it must be )/);
  });

  it.each([
    [{}],
    [{ timestamp: '2026-01-31T12:00:00Z' }],
    [JSON.parse('{"__proto__":{"actionType":"X"}}')],
    [{ constructor: 1 }],
  ])('says which shapes exist when %j is like none', (body) => {
    const refusal = refusalOf(body);
    expect(refusal.reason).toBe('unknown-shape');
    for (const kind of EVENT_KINDS) expect(refusal.message).toContain(kind);
  });

  it.each([[null], ['text'], [1], [[BODIES.dnc]], [true]])('refuses %j, which is no object', (body) => {
    expect(refusalOf(body).message).toContain('JSON object');
  });

  it('never throws anything but InvalidEventError', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...TELLING_FIELDS), fc.jsonValue()), (object) => {
        const body: unknown = JSON.parse(JSON.stringify(object));
        try {
          expect(EVENT_KINDS).toContain(classify(body).kind);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidEventError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('routing type', () => {
  it('is what the routing table is asked for', () => {
    const types = EVENT_KINDS.map((kind) => routingTypeOf(classify(BODIES[kind])));
    expect(types).toEqual([null, 'QUEUE_TRANSFER', 'DATA_ACTION_TRIGGERED', 'data.action.updated']);
  });
});
