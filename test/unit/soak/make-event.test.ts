import { describe, expect, it } from '@jest/globals';
import { toE164 } from '../../../lib/dnc/phone-number.ts';
import { classify, routingTypeOf } from '../../../lib/events/classify.ts';
import { createIdentify } from '../../../lib/events/identify.ts';
import { parseJson } from '../../../lib/events/json.ts';
import { parseStage } from '../../../lib/stage/parse.ts';
import { diceOf } from '../../soak/dice.ts';
import { type MadeEvent, makeEvent, numberIn } from '../../soak/generator/make-event.ts';

const NOW_MS = Date.parse('2026-01-31T12:00:00Z');
const POPULATION = { contacts: 20, phoneNumbers: 10 };
const stage = parseStage('soak', {});
const identify = createIdentify({
  transientFields: stage.dedup.transientFields,
  toE164: (text) => toE164(text, 'US'),
});

function events(seed: number): MadeEvent[] {
  const dice = diceOf(seed, 'events');
  return Array.from({ length: 300 }, (_, number) => makeEvent(number, POPULATION, NOW_MS, dice));
}

describe('a soak’s events', () => {
  it('are the same for the same seed', () => {
    const bodies = (seed: number) => events(seed).map(({ bodyOf }) => bodyOf(0));
    expect(bodies(7)).toEqual(bodies(7));
    expect(bodies(7)).not.toEqual(bodies(8));
  });

  it('are of the kind, order key and topic that the relay takes them for, all shapes among them', () => {
    const kinds = new Set<string>();
    for (const { event, bodyOf } of events(7)) {
      const body = Buffer.from(bodyOf(0));
      const classified = classify(parseJson(body));
      kinds.add(classified.kind);
      const type = routingTypeOf(classified);
      const topic = type === null ? null : stage.routing[type];
      expect({ kind: classified.kind, topic, orderKey: identify(classified, body).orderKey }).toEqual({
        kind: event.kind,
        topic: event.topic,
        orderKey: event.orderKey,
      });
    }
    expect([...kinds].sort()).toEqual(['contact-action', 'data-action', 'dnc', 'interaction-update']);
  });

  it('are the same event when they are repeated, and another one otherwise', () => {
    const idOf = (json: string) => {
      const body = Buffer.from(json);
      return identify(classify(parseJson(body)), body).eventId;
    };
    const made = events(7);
    for (const { bodyOf } of made) expect(idOf(bodyOf(3))).toBe(idOf(bodyOf(0)));
    const routed = made.filter(({ event }) => event.topic !== null);
    expect(new Set(routed.map(({ bodyOf }) => idOf(bodyOf(0)))).size).toBe(routed.length);
  });

  it('tell their number', () => {
    for (const { event, bodyOf } of events(7).filter(({ event: { topic } }) => topic !== null))
      expect(numberIn(bodyOf(1))).toBe(event.number);
    expect([numberIn('no JSON'), numberIn('{}')]).toEqual([null, null]);
  });
});
