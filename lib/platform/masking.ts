/** Seven digits or more, however a number may be written: +1 (415) 555-0100, 415/555-0100, with hyphens of any kind. */
const PHONE_NUMBER = /\+?\(?\d(?:[\s()./\u2010-\u2015-]{0,3}\d){6,}/g;

/** Text of others, such as an error message, with every phone number in it masked. */
export function maskPhoneNumbersIn(text: string): string {
  return text.replace(PHONE_NUMBER, (number) => maskPhoneNumber(number));
}

/** A phone number as logs may show it: country digits and the last two, `+14155550100` → `+1415*****00`. */
export function maskPhoneNumber(number: string): string {
  if (number.length <= 4) return '*'.repeat(number.length);
  const head = Math.min(5, number.length - 4);
  return number.slice(0, head) + '*'.repeat(number.length - head - 2) + number.slice(-2);
}
