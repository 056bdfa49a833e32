import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from './commands.ts';
import { Keyspace } from './keyspace.ts';
import { integer, RedisError, type Reply, wrongArguments } from './reply.ts';
import { type RedisRestServer, serveRedisRest } from './rest-server.ts';
import { createScripting, type Scripting } from './scripting.ts';

/**
 * - `away`: connections are cut; the filter is unreachable.
 * - `slow`: the answer comes late, the command takes effect at that time.
 * - `garbage`: a proxy's HTML page instead of an answer.
 * - `read-only`: nothing that writes is executed, as on a replica.
 */
export type Disturbance =
  | { kind: 'away' }
  | { kind: 'slow'; byMs: number }
  | { kind: 'garbage' }
  | { kind: 'read-only' };

/** Upstash Redis in this process. */
export interface EmbeddedRedis extends RedisRestServer {
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
  let disturbance: Disturbance | undefined;
  const call = (name: string, args: readonly string[]): Reply => {
    if (disturbance?.kind === 'read-only' && !READING.has(name.toUpperCase())) throw READ_ONLY;
    return runCommand(keyspace, name, args);
  };
  const scripting = await createScripting(call);
  const execute = (command: readonly string[]) => executeCommand(scripting, call, command);

  const rest = await serveRedisRest(execute, async (request, response) => {
    if (disturbance?.kind === 'slow') await sleep(disturbance.byMs, undefined, { ref: false });
    if (disturbance?.kind === 'away') request.socket.destroy();
    else if (disturbance?.kind === 'garbage') response.writeHead(200).end('<html>Bad gateway</html>');
    else return false;
    return true;
  });
  return {
    url: rest.url,
    token: rest.token,
    command: (...command) => execute(command),
    disturb: (next) => {
      disturbance = next;
    },
    snapshot: () => keyspace.snapshot(),
    async close() {
      await rest.close();
      scripting.close();
    },
  };
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
