/** Fractions have 30 digits at most: what is kept with its timestamp must fit into a table's item. */
const TIME = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)(?:\.(?<fraction>\d{1,30}))?`;
const RFC_3339 = new RegExp(
  String.raw`^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)[Tt]${TIME}(?<offset>[Zz]|[+-]\d\d:\d\d)$`,
);
const EXTENDED =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)(?:[Tt ](?<hour>\d\d)(?::(?<minute>\d\d)(?::(?<second>\d\d)(?:[.,](?<fraction>\d{1,30}))?)?)?(?<offset>[Zz]|[+-]\d\d(?::?\d\d)?)?)?$/;
const BASIC =
  /^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)(?:[Tt](?<hour>\d\d)(?:(?<minute>\d\d)(?:(?<second>\d\d)(?:[.,](?<fraction>\d{1,30}))?)?)?(?<offset>[Zz]|[+-]\d\d(?::?\d\d)?)?)?$/;

/** Milliseconds since the epoch of an RFC 3339 date-time; undefined for anything else, impossible dates included. */
export function rfc3339Ms(text: string): number | undefined {
  return instantMs(RFC_3339.exec(text)?.groups);
}

/**
 * Milliseconds since the epoch of an ISO 8601 calendar date, with or without time of day, extended or basic. Without an
 * offset it is taken as UTC. Undefined for anything else: week dates, ordinal dates, durations, impossible dates.
 */
export function iso8601Ms(text: string): number | undefined {
  return instantMs((EXTENDED.exec(text) ?? BASIC.exec(text))?.groups);
}

/** Digits beyond the millisecond are cut off: two instants within one count as equal. */
function instantMs(parts: Record<string, string | undefined> | undefined): number | undefined {
  if (parts === undefined) return undefined;
  const [year, month, day] = [Number(parts.year), Number(parts.month), Number(parts.day)];
  const [hour, minute, second] = [Number(parts.hour ?? 0), Number(parts.minute ?? 0), Number(parts.second ?? 0)];
  const offsetMinutes = offsetOf(parts.offset);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 60 || offsetMinutes === undefined) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const ms = Number((parts.fraction ?? '').slice(0, 3).padEnd(3, '0'));
  const instant = date.setUTCHours(hour, minute - offsetMinutes, second, ms);
  return second === 60 && !followsMonthEnd(date) ? undefined : instant;
}

/** A leap second, counted as the second after it, can only be the last of a month in UTC. */
function followsMonthEnd(date: Date): boolean {
  return date.getUTCDate() === 1 && date.getUTCHours() === 0 && date.getUTCMinutes() === 0;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Minutes east of UTC; undefined when impossible. */
function offsetOf(text: string | undefined): number | undefined {
  if (text === undefined || text === 'Z' || text === 'z') return 0;
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(3).replace(':', '') || 0)];
  if (hours > 23 || minutes > 59) return undefined;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
