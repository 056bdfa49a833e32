import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { bufferedServer, type LoopbackServer, listenOnLoopback, sendJson } from '../loopback-server.ts';
import { runCommand } from './commands.ts';
import { Keyspace } from './keyspace.ts';
import { integer, RedisError, type Reply, wrongArguments } from './reply.ts';
import { createScripting, type Scripting } from './scripting.ts';

/**
 * - `away`: connections are cut; the filter is unreachable.
 * - `slow`: commands take effect, the answer comes late.
 * - `garbage`: a proxy's HTML page instead of an answer.
 * - `read-only`: nothing that writes is executed, as on a replica.
 */
export type Disturbance =
  | { kind: 'away' }
  | { kind: 'slow'; byMs: number }
  | { kind: 'garbage' }
  | { kind: 'read-only' };

/** Upstash's REST form of Redis in this process: `POST /` one command, `POST /pipeline` several. */
export interface EmbeddedRedis extends LoopbackServer {
  token: string;
  /** Runs one command as a client would. */
  command(...command: string[]): Reply;
  /** undefined: well again. */
  disturb(disturbance: Disturbance | undefined): void;
  /** Keeps the data of now; the answer puts them back. */
  snapshot(): () => void;
}

const READ_ONLY = new RedisError("READONLY You can't write against a read only replica.");
const READING = new Set(['PING', 'GET', 'STRLEN', 'GETRANGE', 'GETBIT', 'EXISTS', 'PTTL', 'KEYS', 'DBSIZE']);

export async function startEmbeddedRedis(): Promise<EmbeddedRedis> {
  const keyspace = new Keyspace();
  const token = randomBytes(24).toString('base64url');
  let disturbance: Disturbance | undefined;
  const call = (name: string, args: readonly string[]): Reply => {
    if (disturbance?.kind === 'read-only' && !READING.has(name.toUpperCase())) throw READ_ONLY;
    return runCommand(keyspace, name, args);
  };
  const scripting = await createScripting(call);
  const execute = (command: readonly string[]) => executeCommand(scripting, call, command);

  const server = bufferedServer(async (request, body, response) => {
    if (disturbance?.kind === 'away') return void request.socket.destroy();
    if (disturbance?.kind === 'garbage') return void response.writeHead(200).end('<html>Bad gateway</html>');
    const lateByMs = disturbance?.kind === 'slow' ? disturbance.byMs : 0;
    if (request.headers.authorization !== `Bearer ${token}`) return sendJson(response, 401, { error: 'Unauthorized' });
    const answer = answerTo(request.url ?? '/', body, execute);
    if (lateByMs > 0) await sleep(lateByMs, undefined, { ref: false });
    sendAnswer(response, answer);
  });
  const listening = await listenOnLoopback(server);
  return {
    url: listening.url,
    token,
    command: (...command) => execute(command),
    disturb: (next) => {
      disturbance = next;
    },
    snapshot: () => keyspace.snapshot(),
    async close() {
      await listening.close();
      scripting.close();
    },
  };
}

interface Answer {
  status: number;
  json: unknown;
}

const sendAnswer = (response: ServerResponse, { status, json }: Answer) => sendJson(response, status, json);

function answerTo(path: string, body: Buffer, execute: (command: readonly string[]) => Reply): Answer {
  const commands = parseCommands(path, body);
  if (commands === undefined) return { status: 400, json: { error: 'ERR failed to parse command' } };
  const results = commands.map((command) => {
    try {
      return { result: restReply(execute(command)) };
    } catch (error) {
      if (error instanceof RedisError) return { error: error.message };
      throw error;
    }
  });
  if (path.startsWith('/pipeline')) return { status: 200, json: results };
  const [only] = results;
  return { status: only !== undefined && 'error' in only ? 400 : 200, json: only };
}

/** Numbers and booleans in a command count as their text, as Upstash takes them; the text's UTF-8 bytes are the argument. */
function parseCommands(path: string, body: Buffer): string[][] | undefined {
  try {
    const json: unknown = JSON.parse(body.toString('utf8'));
    const commands = path.startsWith('/pipeline') ? json : [json];
    if (!Array.isArray(commands) || !commands.every((command) => Array.isArray(command) && command.length > 0)) return;
    return (commands as unknown[][]).map((command) =>
      command.map((part) => Buffer.from(String(part)).toString('latin1')),
    );
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function restReply(reply: Reply): unknown {
  if (Array.isArray(reply)) return reply.map(restReply);
  return Buffer.isBuffer(reply) ? reply.toString('utf8') : reply;
}

function executeCommand(
  scripting: Scripting,
  call: (name: string, args: readonly string[]) => Reply,
  [name = '', ...args]: readonly string[],
): Reply {
  switch (name.toUpperCase()) {
    case 'EVAL':
      return evaluate(scripting, scripting.load(args[0] ?? ''), args.slice(1));
    case 'EVALSHA':
      return evaluate(scripting, args[0] ?? '', args.slice(1));
    case 'SCRIPT':
      return scriptCommand(scripting, args);
    default:
      return call(name, args);
  }
}

function evaluate(scripting: Scripting, sha: string, [keyCount, ...rest]: readonly string[]): Reply {
  const count = integer(keyCount);
  if (count < 0 || count > rest.length) throw new RedisError("ERR Number of keys can't be greater than number of args");
  return scripting.evalSha(sha, rest.slice(0, count), rest.slice(count));
}

function scriptCommand(scripting: Scripting, [action = '', ...args]: readonly string[]): Reply {
  switch (action.toUpperCase()) {
    case 'LOAD':
      return Buffer.from(scripting.load(args[0] ?? ''));
    case 'EXISTS':
      return args.map((sha) => (scripting.has(sha) ? 1 : 0));
    case 'FLUSH':
      scripting.flush();
      return 'OK';
    default:
      throw wrongArguments('script');
  }
}
