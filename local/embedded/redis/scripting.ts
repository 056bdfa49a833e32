import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import type { LuaEngine, LuaFactory as LuaFactoryClass } from 'wasmoon';
import { RedisError, type Reply } from './reply.ts';

// the package's entry is CommonJS
const { LuaFactory } = createRequire(import.meta.url)('wasmoon') as { LuaFactory: typeof LuaFactoryClass };

/**
 * What Redis' Lua 5.1 has and this Lua 5.4 lacks. Strings cross the border as UTF-8 that ends at a NUL, so those with other
 * bytes than printable ASCII cross as hex, marked by a leading \1.
 */
const PRELUDE = `
unpack = table.unpack
math.pow = function(x, y) return x ^ y end
local function pack_text(s)
  if s:find('[^\\t\\n\\r\\32-\\126]') then
    return '\\1' .. s:gsub('.', function(c) return string.format('%02x', c:byte()) end)
  end
  return s
end
local function unpack_text(s)
  if s:byte(1) ~= 1 then return s end
  return (s:sub(2):gsub('..', function(hex) return string.char(tonumber(hex, 16)) end))
end
local function to_lua(value)
  if type(value) == 'string' then return unpack_text(value) end
  if type(value) == 'table' then
    if value.nothing then return false end
    for i = 1, #value do value[i] = to_lua(value[i]) end
  end
  return value
end
local function argument(value)
  if type(value) == 'number' then
    return math.type(value) == 'float' and value == math.floor(value) and string.format('%.0f', value) or tostring(value)
  end
  if type(value) ~= 'string' then error('Lua redis lib command arguments must be strings or integers', 0) end
  return pack_text(value)
end
local command = __command
local function run(...)
  local arguments = table.pack(...)
  for i = 1, arguments.n do arguments[i] = argument(arguments[i]) end
  return to_lua(command(table.unpack(arguments, 1, arguments.n)))
end
redis = {
  pcall = function(...)
    local reply = run(...)
    return reply
  end,
  call = function(...)
    local reply = run(...)
    if type(reply) == 'table' and reply.err then error(reply.err, 0) end
    return reply
  end,
  error_reply = function(text) return { err = text } end,
  status_reply = function(text) return { ok = text } end,
  log = function() end,
  LOG_DEBUG = 0, LOG_VERBOSE = 1, LOG_NOTICE = 2, LOG_WARNING = 3,
}
bit = {
  band = function(a, b) return (a & b) & 0xffffffff end,
  bor = function(a, b) return (a | b) & 0xffffffff end,
  bxor = function(a, b) return (a ~ b) & 0xffffffff end,
  lshift = function(a, n) return (a << n) & 0xffffffff end,
  rshift = function(a, n) return (a & 0xffffffff) >> n end,
}
local function to_reply(value)
  if type(value) == 'string' then return pack_text(value) end
  if type(value) == 'number' then return value >= 0 and math.floor(value) or math.ceil(value) end
  if value == true then return 1 end
  if not value then return { nothing = true } end
  if value.err or value.ok then return value end
  local list = {}
  for i = 1, #value do list[i] = to_reply(value[i]) end
  return { list = list }
end
local compiled = {}
function __compile(sha, text)
  local chunk, message = load(text, 'user_script', 't')
  if not chunk then return message end
  compiled[sha] = chunk
end
function __run(sha, keys, arguments)
  KEYS, ARGV = {}, {}
  for i = 1, #keys do KEYS[i] = unpack_text(keys[i]) end
  for i = 1, #arguments do ARGV[i] = unpack_text(arguments[i]) end
  local ok, value = pcall(compiled[sha])
  if not ok then return { err = type(value) == 'table' and value.err or tostring(value) } end
  return to_reply(value)
end
`;

/** Redis' EVAL, EVALSHA and SCRIPT on a Lua VM. One script at a time, like Redis. */
export interface Scripting {
  /** @throws RedisError NOSCRIPT for a digest that was not loaded, or what the script raised. */
  evalSha(sha: string, keys: readonly string[], args: readonly string[]): Reply;
  /** Answers the digest by which `evalSha` knows it. @throws RedisError when it does not compile. */
  load(script: string): string;
  has(sha: string): boolean;
  flush(): void;
  close(): void;
}

export async function createScripting(call: (name: string, args: readonly string[]) => Reply): Promise<Scripting> {
  const lua: LuaEngine = await new LuaFactory().createEngine({ enableProxy: false, injectObjects: false });
  lua.global.set('__command', (name: string, ...args: string[]) => commandForLua(call, name, args.map(unpackText)));
  lua.doStringSync(PRELUDE);
  const compile = lua.global.get('__compile') as (sha: string, text: string) => string | undefined;
  const run = lua.global.get('__run') as (sha: string, keys: string[], args: string[]) => LuaReply;
  const loaded = new Set<string>();

  return {
    evalSha(sha, keys, args) {
      const digest = sha.toLowerCase();
      if (!loaded.has(digest)) throw new RedisError('NOSCRIPT No matching script. Please use EVAL.');
      return fromLua(run(digest, keys.map(packText), args.map(packText)));
    },
    load(script) {
      const sha = createHash('sha1').update(script).digest('hex');
      // "#!lua flags=allow-key-locking" is Upstash's (and Redis 7's) head line, not Lua's
      const fault = loaded.has(sha) ? undefined : compile(sha, script.replace(/^#!lua[^\n]*/, '--'));
      if (fault) throw new RedisError(`ERR Error compiling script (new function): ${fault}`);
      loaded.add(sha);
      return sha;
    },
    has: (sha) => loaded.has(sha.toLowerCase()),
    flush: () => loaded.clear(),
    close: () => lua.global.close(),
  };
}

type LuaReply =
  | number
  | string
  | { nothing: true }
  | { err: string }
  | { ok: string }
  | { list: LuaReply[] | Record<string, never> };

function fromLua(reply: LuaReply): Reply {
  if (typeof reply === 'number') return reply;
  if (typeof reply === 'string') return Buffer.from(unpackText(reply), 'latin1');
  if ('nothing' in reply) return null;
  if ('err' in reply) throw new RedisError(reply.err);
  if ('ok' in reply) return reply.ok;
  return Array.isArray(reply.list) ? reply.list.map(fromLua) : []; // an empty table arrives as an empty object
}

type ForLua = number | string | { nothing: true } | { err: string } | { ok: string } | ForLua[];

function commandForLua(
  call: (name: string, args: readonly string[]) => Reply,
  name: string,
  args: readonly string[],
): ForLua {
  try {
    return forLua(call(unpackText(name), args));
  } catch (error) {
    if (error instanceof RedisError) return { err: error.message };
    throw error;
  }
}

function forLua(reply: Reply): ForLua {
  if (reply === null) return { nothing: true };
  if (typeof reply === 'number') return reply;
  if (typeof reply === 'string') return { ok: reply };
  if (Array.isArray(reply)) return reply.map(forLua);
  return packText(reply.toString('latin1'));
}

const PLAIN = /^[\t\n\r\x20-\x7e]*$/;

/** Both take and give text whose characters are bytes. */
function packText(bytes: string): string {
  return PLAIN.test(bytes) ? bytes : `\u0001${Buffer.from(bytes, 'latin1').toString('hex')}`;
}

function unpackText(packed: string): string {
  return packed.startsWith('\u0001') ? Buffer.from(packed.slice(1), 'hex').toString('latin1') : packed;
}
