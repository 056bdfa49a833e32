import { describe, expect, it } from '@jest/globals';
import { classify } from '../../../lib/events/classify.ts';
import { createIdentify } from '../../../lib/events/identify.ts';
import { InvalidEventError } from '../../../lib/events/invalid-event.ts';
import { parseJson } from '../../../lib/events/json.ts';
import { PoisonError } from '../../../lib/platform/errors.ts';

const TRANSIENT = ['retryCount', 'processedAt', 'webhookId'];
const identifyEvent = createIdentify({
  transientFields: {
    dnc: [],
    'contact-action': TRANSIENT,
    'data-action': ['timestamp', ...TRANSIENT],
    'interaction-update': [],
  },
  toE164: (text) => {
    if (text === 'bad') throw new PoisonError('phone-number-invalid', 'is not a phone number');
    return text.replaceAll(/[^+\d]/g, '');
  },
});
const identify = (json: string) => {
  const body = Buffer.from(json);
  return identifyEvent(classify(parseJson(body)), body);
};
const idOf = (json: string) => identify(json).eventId;
const keyOf = (json: string) => identify(json).orderKey;

const contact = (more: string) => `{"actionType":"QUEUE_TRANSFER",${more}}`;
const action = (data: string, more = '') => `{"eventType":"X","data":{${data}}${more}}`;
const dnc = (number: string, name = 'optOut', at = '2026-01-31T12:00:00Z', more = '') =>
  `{"phoneNumber":"${number}","eventName":"${name}","timestamp":"${at}"${more}}`;
const update = (more: string) =>
  `{"interactionId":"i","dataActionId":"d","updatedTimestamp":"2026-01-31T12:00:00Z"${more}}`;

describe('eventId', () => {
  it('is 128 bits in base64url', () => {
    expect(idOf(contact('"a":1'))).toMatch(/^[\w-]{21}[AQgw]$/);
  });

  it.each([
    ['key order', contact('"a":1,"b":{"c":2,"d":3}'), '{"b": {"d":3,"c":2},\n"a":1,"actionType":"QUEUE_TRANSFER"}'],
    [
      'transient fields of a contact action',
      contact('"a":1'),
      contact('"retryCount":3,"a":1,"webhookId":"w","processedAt":[]'),
    ],
    [
      'transient fields of a data action',
      action('"a":1'),
      action('"timestamp":"t","retryCount":1,"processedAt":2,"webhookId":3,"a":1'),
    ],
    [
      'which member of a data action stands first, and where its transient fields stand',
      action('"a":1,"b":{"c":2}'),
      '{ "x":0, "data" : { "retryCount":1 , "b":{"c":2} ,"timestamp":"t", "a":1, "webhookId":3 } , "eventType":"X" }',
    ],
    ['what is beside a data action', action('"a":1'), action('"a":1', ',"timestamp":"t","other":{}')],
    ['how a number is written', dnc('+1 (415) 555-0100'), dnc('+14155550100')],
    [
      'metadata of a preference',
      dnc('+14155550100'),
      dnc('+14155550100', 'optOut', '2026-01-31T12:00:00Z', ',"metadata":{"x":1}'),
    ],
    ['escapes', contact('"a":"\\u0041\\/"'), contact('"a":"A/"')],
  ])('does not depend on %s', (_name, left, right) => {
    expect(idOf(left)).toBe(idOf(right));
  });

  it.each([
    ["a contact action's timestamp", contact('"timestamp":1'), contact('"timestamp":2')],
    ['the last of 17 digits', contact('"a":90071992547409931'), contact('"a":90071992547409932')],
    ['the text of a number', action('"a":1.0'), action('"a":1')],
    ['nested fields named as transient ones', action('"x":{"retryCount":1}'), action('"x":{"retryCount":2}')],
    ['array order', contact('"a":[1,2]'), contact('"a":[2,1]')],
    ['a shadowed key', contact('"a":1,"a":2'), contact('"a":2')],
    ['the kind of id', contact('"contactId":1'), contact('"contactId":"1"')],
    ['the event type', action('"a":1'), '{"eventType":"Y","data":{"a":1}}'],
    ['the wish', dnc('+14155550100', 'optIn'), dnc('+14155550100', 'optOut')],
    [
      'the text of a time',
      dnc('+14155550100', 'optIn', '2026-01-31T12:00:00Z'),
      dnc('+14155550100', 'optIn', '2026-01-31T12:00:00.0Z'),
    ],
    ['the number', dnc('+14155550100'), dnc('+14155550101')],
    ['any field of an update', update(',"payload":{"a":1}'), update(',"payload":{"a":2}')],
    ['half a surrogate pair', contact('"a":"\\ud800"'), contact('"a":"\\ud801"')],
  ])('depends on %s', (_name, left, right) => {
    expect(idOf(left)).not.toBe(idOf(right));
  });

  it('stays what it is from release to release: stored ids depend on it', () => {
    expect(idOf(contact('"contactId":"c-1","n":1.50'))).toBe('VFr1RXlved5O32LMaiZMiQ');
    expect(idOf(dnc('+14155550100'))).toBe('_fidDKcDM46Zy3GkrgBtJA');
  });
});

describe('order key', () => {
  it.each([
    [contact('"contactId":" Ä 1"'), ' Ä 1'],
    [contact('"contactId":1.0'), '1.0'],
    [contact('"contactId": 9007199254740993 '), '9007199254740993'],
    [contact('"contactId":-0'), '-0'],
    [contact('"contactId":""'), null],
    [contact('"a":1'), null],
    [action('"contactId":7,"interactionId":"i"'), '7'],
    [action('"contactId":null,"interactionId":"i"'), 'i'],
    [action('"contactId":"","interactionId":12e1'), '12e1'],
    [action('"interactionId":{}'), null],
    [action('"nested":{"contactId":1}'), null],
    [action('"contactId":1', ',"contactId":2'), '1'],
    [action('"contactId":1.0,"contactId":1'), '1'],
    ['{"eventType":"X","data":{"contactId":2},"data":{"contactId":"s"}}', 's'],
    ['{"eventType":"X","data":{"contactId":2},"data":{}}', null],
    [update(''), 'i'],
    [dnc('+1 415 555 0100'), '+14155550100'],
  ])('of %s is %j', (json, key) => {
    expect(keyOf(json)).toBe(key);
  });
});

describe('values that no kind allows', () => {
  it.each([
    [dnc('bad'), 'phoneNumber'],
    [dnc('+14155550100', 'optIn', '2026-02-30T12:00:00Z'), 'timestamp'],
    ['{"interactionId":"i","dataActionId":"d","updatedTimestamp":"yesterday"}', 'updatedTimestamp'],
    [contact(`"contactId":"${'x'.repeat(1025)}"`), 'contactId'],
    [contact(`"contactId":${'1'.repeat(1025)}`), 'contactId'],
    [action(`"contactId":"${'é'.repeat(513)}"`), 'data.contactId'],
  ])('are refused by name: %.60s', (json, path) => {
    expect(() => identify(json)).toThrow(InvalidEventError);
    try {
      identify(json);
    } catch (error) {
      expect((error as InvalidEventError).errors.map((each) => each.path)).toEqual([path]);
    }
  });
});
