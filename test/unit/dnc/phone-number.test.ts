import { describe, expect, it } from '@jest/globals';
import { InvalidPhoneNumberError, toE164 } from '../../../lib/dnc/phone-number.ts';

describe('toE164', () => {
  it.each([
    ['+14155550100', 'US', '+14155550100'],
    ['(415) 555-0100', 'US', '+14155550100'],
    ['415.555.0100', 'CA', '+14155550100'],
    ['020 7946 0958', 'GB', '+442079460958'],
    ['+44 (0)20 7946 0958', 'US', '+442079460958'],
    ['+80012345678', 'US', '+80012345678'],
    ['+14155550100', 'ZZ', '+14155550100'],
  ])('reads %s in %s', (text, region, number) => {
    expect(toE164(text, region)).toBe(number);
    expect(toE164(number, 'DE')).toBe(number);
  });

  it.each([
    ['', 'US', 'is not a phone number'],
    ['call me', 'US', 'is not a phone number'],
    ['call 415 555 0100', 'US', 'is not a phone number'],
    ['+1415555010', 'US', 'is not a valid number'],
    ['911', 'US', 'is not a valid number'],
    ['+10000000000', 'US', 'is not a valid number'],
    ['+999123456789', 'US', 'country calling code'],
    ['415 555 0100', 'ZZ', 'country calling code'],
    ['1', 'US', 'phone number'],
    [`+1${'4'.repeat(300)}`, 'US', 'too long'],
    ['+1 415 555 0100 ext. 5', 'US', 'extension'],
    ['+1 415 555 0100;ext=5', 'US', 'extension'],
  ])('refuses %.40j in %s', (text, region, message) => {
    expect(() => toE164(text, region)).toThrow(InvalidPhoneNumberError);
    expect(() => toE164(text, region)).toThrow(message);
    if (text.length > 3) expect(() => toE164(text, region)).not.toThrow(text);
  });
});
