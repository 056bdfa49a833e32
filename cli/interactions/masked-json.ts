import { iso8601Ms } from '../../lib/events/timestamps.ts';
import { maskPhoneNumber, maskPhoneNumbersIn } from '../../lib/platform/masking.ts';
import { JSON_TOKEN } from '../shared/json-tokens.ts';

/** Whole numbers of so many digits: the longest of E.164 has 15. */
const LIKE_A_PHONE_NUMBER = /^\d{7,15}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * A JSON text with everything masked that could be a phone number, whatever its country: seven digits and more, in texts, in
 * names of members and as numbers, which become texts so that the whole stays JSON. Only UUIDs and
 * dates are known to be none. All else stays to the byte.
 */
export function maskedJson(json: string): string {
  return json.replace(JSON_TOKEN, (token) => {
    if (LIKE_A_PHONE_NUMBER.test(token)) return `"${maskPhoneNumber(token)}"`;
    return token.startsWith('"') ? maskedText(token) : token;
  });
}

function maskedText(token: string): string {
  const text: string = JSON.parse(token);
  if (UUID.test(text) || isDate(text)) return token;
  const masked = maskPhoneNumbersIn(text);
  return masked === text ? token : JSON.stringify(masked);
}

/** Not the form without hyphens, which a number may have as well. */
const isDate = (text: string) => /^\d{4}-\d\d-\d\d/.test(text) && iso8601Ms(text) !== undefined;
