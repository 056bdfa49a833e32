import { describe, expect, it } from '@jest/globals';
import { maskPhoneNumber } from '../../../lib/platform/masking.ts';

describe('a masked phone number', () => {
  it.each([
    ['+14155550100', '+1415*****00'],
    ['+4930123456', '+4930****56'],
    ['+12345', '+1**45'],
    ['1234', '****'],
    ['', ''],
  ])('of %s is %s', (number, masked) => {
    expect(maskPhoneNumber(number)).toBe(masked);
  });

  it('has as many characters, and hides at least two of any', () => {
    for (const number of ['+1', '+123', '+12345', '+123456', '+123456789012345']) {
      const masked = maskPhoneNumber(number);
      expect(masked).toHaveLength(number.length);
      expect(masked.split('*').length - 1).toBeGreaterThanOrEqual(2);
    }
  });
});
