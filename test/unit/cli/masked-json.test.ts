import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maskedJson } from '../../../cli/interactions/masked-json.ts';
import { anyString, jsonNodes, render } from '../../support/json-texts.ts';

const DIGITS = '4155550100';

describe('a JSON text with its phone numbers masked', () => {
  it.each([
    ['{"phone":"+14155550100"}', '{"phone":"+1415*****00"}'],
    ['{"attrs":[1,2,3,"+14155550100"]}', '{"attrs":[1,2,3,"+1415*****00"]}'],
    ['{"phones": [\n  "+14155550100",\n  "(415) 555-0123"]}', '{"phones": [\n  "+1415*****00",\n  "(415)*******23"]}'],
    ['{"phone":14155550100}', '{"phone":"14155****00"}'],
    ['{"note":"call +14155550100 at noon"}', '{"note":"call +1415*****00 at noon"}'],
    ['{"national":"030 1234567"}', '{"national":"030 1****67"}'],
    ['{"+14155550100":{"a\\"b":"4155550100"}}', '{"+1415*****00":{"a\\"b":"41555***00"}}'],
    ['{"said":"\\"+14155550100\\""}', '{"said":"\\"+1415*****00\\""}'],
    ['{"escaped":"\\u002b1415\\u0035550100"}', '{"escaped":"+1415*****00"}'],
  ])('of %s is %s', (json, masked) => {
    expect(maskedJson(json)).toBe(masked);
  });

  it.each([
    '{"updatedTimestamp":"2026-01-31T11:59:59.123456789Z","on":"2026-01-31"}',
    '{"id":"550e8400-e29b-41d4-a716-446655440000"}',
    '{ "n":12345678901234567890, "x":-1234567.5, "e":1.4e10, "small":123456, "grüße":"\\u0041\\/", "t":true, "no":null }',
  ])('shows %s as it is', (json) => {
    expect(maskedJson(json)).toBe(json);
  });

  it('is JSON of the same shape, without one of the numbers, wherever they stand', () => {
    const leaf = fc.constantFrom<unknown>(`+1${DIGITS}`, Number(`1${DIGITS}`), `call ${DIGITS}, "now"`, 'x\\', 1, null);
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.constantFrom('a"', 'b:', '[c', `1${DIGITS}`), tie('value')),
      ),
    }));
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 2, '\t'), (json, indent) => {
        const masked = maskedJson(JSON.stringify(json, null, indent));
        expect(masked).not.toContain(DIGITS);
        expect(shapeOf(JSON.parse(masked))).toEqual(shapeOf(json));
      }),
    );
  });

  it('is the same to the byte when it has fewer digits than a phone number', () => {
    fc.assert(
      fc.property(jsonNodes(anyString), fc.double({ min: 0, max: 0.99, noNaN: true }), (tree, random) => {
        const json = render(tree, () => random);
        fc.pre((json.match(/\d/g) ?? []).length < 7);
        expect(maskedJson(json)).toBe(json);
      }),
    );
  });
});

/** Lists, objects and leaves, without what is in them. */
function shapeOf(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(shapeOf);
  return typeof json === 'object' && json !== null ? Object.values(json).map(shapeOf) : 'leaf';
}
