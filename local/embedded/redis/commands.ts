import { bitfield } from './bitfield.ts';
import type { Keyspace } from './keyspace.ts';
import { integer, RedisError, type Reply, wrongArguments } from './reply.ts';

/** Arguments are bytes, one a character (latin1). */
type Command = (keyspace: Keyspace, args: readonly string[]) => Reply;

const first = (args: readonly string[]) => args[0] ?? '';
const bytesOf = (text: string | undefined) => Buffer.from(text ?? '', 'latin1');
const copy = (value: Buffer | undefined) => (value === undefined ? null : Buffer.from(value));

/** The commands of the window's script, and a few by which one looks into the stand-in or disturbs it. */
const COMMANDS: Record<string, { minimum: number; run: Command }> = {
  PING: { minimum: 0, run: () => 'PONG' },
  GET: { minimum: 1, run: (keyspace, args) => copy(keyspace.read(first(args))) },
  SET: { minimum: 2, run: set },
  STRLEN: { minimum: 1, run: (keyspace, args) => keyspace.read(first(args))?.length ?? 0 },
  GETRANGE: { minimum: 3, run: getRange },
  SETRANGE: { minimum: 3, run: setRange },
  GETBIT: { minimum: 2, run: getBit },
  SETBIT: { minimum: 3, run: setBit },
  BITFIELD: { minimum: 1, run: (keyspace, [key = '', ...args]) => bitfield(keyspace, key, args) },
  EXISTS: { minimum: 1, run: (keyspace, keys) => keys.filter((key) => keyspace.read(key) !== undefined).length },
  DEL: { minimum: 1, run: (keyspace, keys) => keys.filter((key) => keyspace.delete(key)).length },
  PEXPIREAT: { minimum: 2, run: expireAt },
  PTTL: { minimum: 1, run: (keyspace, args) => keyspace.remainingMs(first(args)) },
  KEYS: { minimum: 1, run: matching },
  DBSIZE: { minimum: 0, run: (keyspace) => keyspace.keys().length },
  FLUSHALL: { minimum: 0, run: flush },
};

/** @throws RedisError as Redis would answer. */
export function runCommand(keyspace: Keyspace, name: string, args: readonly string[]): Reply {
  const command = COMMANDS[name.toUpperCase()];
  if (command === undefined) throw new RedisError(`ERR unknown command '${name}'`);
  if (args.length < command.minimum) throw wrongArguments(name);
  return command.run(keyspace, args);
}

function flush(keyspace: Keyspace): Reply {
  keyspace.clear();
  return 'OK';
}

function set(keyspace: Keyspace, [key = '', value, ...options]: readonly string[]): Reply {
  if (options.length > 0) throw new RedisError('ERR syntax error: this stand-in takes SET without options');
  keyspace.write(key, bytesOf(value));
  return 'OK';
}

function getRange(keyspace: Keyspace, args: readonly string[]): Reply {
  const value = keyspace.read(first(args)) ?? Buffer.alloc(0);
  const fromEnd = (at: number) => (at < 0 ? Math.max(0, value.length + at) : at);
  const start = fromEnd(integer(args[1]));
  const to = integer(args[2]);
  const end = to < 0 ? value.length + to : to;
  return Buffer.from(value.subarray(start, Math.max(start, end + 1)));
}

function setRange(keyspace: Keyspace, args: readonly string[]): Reply {
  const offset = integer(args[1]);
  const value = bytesOf(args[2]);
  if (offset < 0) throw new RedisError('ERR offset is out of range');
  if (value.length === 0) return keyspace.read(first(args))?.length ?? 0;
  const whole = keyspace.grow(first(args), offset + value.length);
  value.copy(whole, offset);
  return whole.length;
}

function getBit(keyspace: Keyspace, args: readonly string[]): Reply {
  return bitfield(keyspace, first(args), ['GET', 'u1', args[1] ?? ''])[0] ?? 0;
}

function setBit(keyspace: Keyspace, args: readonly string[]): Reply {
  if (args[2] !== '0' && args[2] !== '1') throw new RedisError('ERR bit is not an integer or out of range');
  return bitfield(keyspace, first(args), ['SET', 'u1', args[1] ?? '', args[2]])[0] ?? 0;
}

function expireAt(keyspace: Keyspace, args: readonly string[]): Reply {
  return keyspace.expireAt(first(args), integer(args[1])) ? 1 : 0;
}

function matching(keyspace: Keyspace, [pattern = '']: readonly string[]): Reply {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const wanted = new RegExp(`^${source}$`, 's');
  return keyspace
    .keys()
    .filter((key) => wanted.test(key))
    .map((key) => Buffer.from(key, 'latin1'));
}
