import { expect, it } from '@jest/globals';
import { wellFormedTraceparent } from '../../../lib/events/traceparent.ts';

const GOOD = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

it('passes a well-formed trace context on and drops any other', () => {
  expect(wellFormedTraceparent(GOOD)).toBe(GOOD);
  const bad = [
    undefined,
    '',
    GOOD.toUpperCase(),
    `${GOOD}-x`,
    GOOD.replace('0af7651916cd43dd8448eb211c80319c', '0'.repeat(32)),
    GOOD.replace('b7ad6b7169203331', '0'.repeat(16)),
    `ff${GOOD.slice(2)}`,
  ];
  for (const header of bad) expect(wellFormedTraceparent(header)).toBeUndefined();
});
