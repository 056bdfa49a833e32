/**
 * At most `maxLength` UTF-16 units of `text`, well-formed: a cut through a surrogate pair leaves half a character, which
 * no table keeps as it is.
 */
export function clip(text: string, maxLength: number): string {
  return text.slice(0, maxLength).toWellFormed();
}
