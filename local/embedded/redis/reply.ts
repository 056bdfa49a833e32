/** An error reply of Redis; `message` begins with its code word (`ERR`, `WRONGTYPE`, `NOSCRIPT`). */
export class RedisError extends Error {}

/** A reply as RESP knows it: integers, bulk strings (Buffer), status strings, nil and arrays of these. */
export type Reply = number | Buffer | string | null | Reply[];

export const wrongArguments = (command: string) =>
  new RedisError(`ERR wrong number of arguments for '${command.toLowerCase()}' command`);

export function integer(text: string | undefined, what = 'value'): number {
  const number = Number(text);
  if (text === undefined || text === '' || !Number.isSafeInteger(number)) {
    throw new RedisError(`ERR ${what} is not an integer or out of range`);
  }
  return number;
}
