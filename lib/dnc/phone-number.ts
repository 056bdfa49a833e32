import { type CountryCode, isSupportedCountry, ParseError, parsePhoneNumberWithError } from 'libphonenumber-js/max';
import { PoisonError } from '../platform/errors.ts';

/** The text is no number that can be called. The message never quotes it: numbers are personal data. */
export class InvalidPhoneNumberError extends PoisonError {
  constructor(message: string) {
    super('phone-number-invalid', message);
  }
}

/**
 * E.164 form of a phone number, by the strict metadata: it must be valid in its numbering plan, not merely of a possible
 * length. A number without `+` is read as one of `defaultRegion` (ISO 3166, such as US).
 *
 * A number with an extension is refused, although the metadata accepts it: a do-not-call list knows whole numbers only, so
 * taking the number without its extension would let one person's opt-in undo the opt-out of everybody behind it.
 * @throws InvalidPhoneNumberError
 */
export function toE164(text: string, defaultRegion: string): string {
  const number = parse(text, defaultRegion);
  if (number.ext !== undefined) {
    throw new InvalidPhoneNumberError(
      'has an extension; send the number by itself, a do-not-call list takes no extensions',
    );
  }
  if (!number.isValid()) throw new InvalidPhoneNumberError('is not a valid number of its country');
  return number.number;
}

function parse(text: string, defaultRegion: string) {
  const region: { defaultCountry?: CountryCode } = isSupportedCountry(defaultRegion)
    ? { defaultCountry: defaultRegion }
    : {};
  try {
    return parsePhoneNumberWithError(text, { ...region, extract: false });
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new InvalidPhoneNumberError(REASONS[error.message] ?? 'is not a phone number');
  }
}

const REASONS: Record<string, string> = {
  NOT_A_NUMBER: 'is not a phone number',
  INVALID_COUNTRY: 'has no known country calling code; write it as + country code and number',
  TOO_SHORT: 'is too short for a phone number',
  TOO_LONG: 'is too long for a phone number',
};
