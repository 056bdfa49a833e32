import { describe, expect, it } from '@jest/globals';
import { classify } from '../../lib/events/classify.ts';
import { createIdentify } from '../../lib/events/identify.ts';
import { parseJson } from '../../lib/events/json.ts';

/** JSON.parse makes Infinity of it, which was refused as "no number", although ids are taken by their source text. */
describe('a contactId that is a number beyond what JavaScript has', () => {
  const identify = createIdentify({
    transientFields: { dnc: [], 'contact-action': [], 'data-action': [], 'interaction-update': [] },
    toE164: (text) => text,
  });

  it.each(['1e400', '-1e400', '1234567890123456789012345678901234567890'])('%s is kept by its text', (contactId) => {
    const body = Buffer.from(`{"actionType":"QUEUE_TRANSFER","contactId":${contactId}}`);
    expect(identify(classify(parseJson(body)), body).orderKey).toBe(contactId);
  });
});
