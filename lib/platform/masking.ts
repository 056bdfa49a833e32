/** A phone number as logs may show it: country digits and the last two, `+14155550100` → `+1415*****00`. */
export function maskPhoneNumber(number: string): string {
  if (number.length <= 4) return '*'.repeat(number.length);
  const head = Math.min(5, number.length - 4);
  return number.slice(0, head) + '*'.repeat(number.length - head - 2) + number.slice(-2);
}
