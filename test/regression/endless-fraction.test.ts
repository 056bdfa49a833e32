import { describe, expect, it } from '@jest/globals';
import { iso8601Ms, rfc3339Ms } from '../../lib/events/timestamps.ts';

/**
 * A fraction as long as the body made the interaction's item, which holds the timestamp twice, too large for DynamoDB. No
 * later try could succeed, and the interaction waited behind it for 13 days.
 */
describe('a timestamp with more digits than any clock has', () => {
  const endless = `2026-01-31T12:00:00.${'1'.repeat(200_000)}Z`;

  it('is unreadable, at the door', () => {
    expect(iso8601Ms(endless)).toBeUndefined();
    expect(iso8601Ms(endless.replaceAll(/[-:]/g, ''))).toBeUndefined();
    expect(rfc3339Ms(endless)).toBeUndefined();
  });

  it('is not one with nanoseconds', () => {
    const nanoseconds = '2026-01-31T12:00:00.123456789Z';
    expect(iso8601Ms(nanoseconds)).toBe(Date.UTC(2026, 0, 31, 12, 0, 0, 123));
    expect(rfc3339Ms(nanoseconds)).toBe(Date.UTC(2026, 0, 31, 12, 0, 0, 123));
  });
});
