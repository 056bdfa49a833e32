import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalForm } from '../../../lib/events/canonical-form.ts';
import { MemberRules, type Selection } from '../../../lib/events/selection.ts';
import { canonicalReference } from '../../support/canonical-reference.ts';
import { jsonNodes, render, seeded } from '../../support/json-texts.ts';

const form = (json: string, selection: Selection) => canonicalForm(Buffer.from(json), new MemberRules(selection));
const canonical = (json: string, selection: Selection): string => Buffer.from(form(json, selection).bytes).toString();

/** Few, so that keys are met and repeated; some look alike in one way or another. */
const KEYS = ['a', 'id', 'data', 'ä', '\ud800', '\ufffd', '𐀀', '', '\n', 'a\\n', '__proto__', 'constructor'] as const;
const key = fc.constantFrom(...KEYS);
const keys = fc.subarray([...KEYS]);
const flat = fc.record({ only: keys, omit: keys, report: keys }, { requiredKeys: [] });
const members = fc.array(fc.tuple(key, flat), { maxLength: 4 }).map((entries) => Object.fromEntries(entries));
const selections = fc.record({ only: keys, omit: keys, report: keys, members }, { requiredKeys: [] });

describe('selection', () => {
  it('counts what its definition says, however the text was written', () => {
    fc.assert(
      fc.property(jsonNodes(key), selections, fc.integer(), (tree, selection, seed) => {
        expect(canonical(render(tree, seeded(seed)), selection)).toBe(canonicalReference(tree, selection));
      }),
      { numRuns: 2000 },
    );
  });

  it('counts only what it names, by the key itself and not by how it is written', () => {
    const json = '{"z":1,"d\\u0061ta":{"b":2,"timestamp":{"deep":[1]},"a":{"timestamp":3}},"eventType":"X"}';
    const selection = { only: ['eventType', 'data'], members: { data: { omit: ['timestamp'] } } };
    expect(canonical(json, selection)).toBe('{"data":{"a":{"timestamp":3},"b":2},"eventType":"X"}');
  });

  it('is empty when nothing counts', () => {
    expect(canonical('{"a":1,"b":2}', { only: [] })).toBe('{}');
  });

  it('reports source text of the last value, as JSON.parse takes the last', () => {
    const { sources } = form('{"id": 1.0 ,"x":2, "id" : 9007199254740993}', { report: ['id'] });
    expect([...sources]).toEqual([['id', '9007199254740993']]);
  });

  it('takes no inherited name for one of its own', () => {
    expect(canonical('{"constructor":{"x":1},"__proto__":{"x":1}}', { members: {} })).toBe(
      '{"__proto__":{"x":1},"constructor":{"x":1}}',
    );
  });
});
