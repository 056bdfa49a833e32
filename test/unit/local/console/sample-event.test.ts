import { describe, expect, it } from '@jest/globals';
import { toE164 } from '../../../../lib/dnc/phone-number.ts';
import { classify } from '../../../../lib/events/classify.ts';
import { createIdentify } from '../../../../lib/events/identify.ts';
import { parseJson } from '../../../../lib/events/json.ts';
import { parseStage } from '../../../../lib/stage/parse.ts';
import { repeatOf, SAMPLE_KINDS, sampleEvent } from '../../../../local/panel/sample-event.ts';

const stage = parseStage('local', {});
const identify = createIdentify({
  transientFields: stage.dedup.transientFields,
  toE164: (text) => toE164(text, stage.dnc.defaultRegion),
});
const identityOf = (sample: object) => {
  const body = Buffer.from(JSON.stringify(sample));
  const event = classify(parseJson(body));
  return { kind: event.kind, ...identify(event, body) };
};

describe.each(SAMPLE_KINDS)('a sample of kind %s', (kind) => {
  it('is an event of that kind, and another one each time', () => {
    const events = [0, 1, 2].map((number) => identityOf(sampleEvent(kind, number, 1_769_860_800_000)));
    expect(events.map((event) => event.kind)).toEqual([kind, kind, kind]);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(3);
  });

  it('has the same identity when it is repeated, in other bytes', () => {
    const event = sampleEvent(kind, 0, 1_769_860_800_000);
    const repeat = repeatOf(kind, event, 1);
    expect(identityOf(repeat).eventId).toBe(identityOf(event).eventId);
    expect(JSON.stringify(repeat)).not.toBe(JSON.stringify(event));
  });
});
