import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { bufferedServer, type LoopbackServer, listenOnLoopback, sendJson } from '../loopback-server.ts';
import { RedisError, type Reply } from './reply.ts';

/** Runs one command, arguments as bytes, one a character (latin1). @throws RedisError as Redis would answer. */
export type Execute = (command: readonly string[]) => Reply | Promise<Reply>;

export interface RedisRestServer extends LoopbackServer {
  token: string;
}

/**
 * Upstash's REST form of Redis: `POST /` one command, `POST /pipeline` several. `intercept` sees each request first and
 * answers true when it has answered it.
 */
export async function serveRedisRest(
  execute: Execute,
  intercept: (request: IncomingMessage, response: ServerResponse) => Promise<boolean> | boolean = () => false,
): Promise<RedisRestServer> {
  const token = randomBytes(24).toString('base64url');
  const server = bufferedServer(async (request, body, response) => {
    if (request.headers.authorization !== `Bearer ${token}`) return sendJson(response, 401, { error: 'Unauthorized' });
    if (await intercept(request, response)) return;
    const { status, json } = await answerTo(request.url ?? '/', body, execute);
    sendJson(response, status, json);
  });
  return { ...(await listenOnLoopback(server)), token };
}

interface Answer {
  status: number;
  json: unknown;
}

async function answerTo(path: string, body: Buffer, execute: Execute): Promise<Answer> {
  const pipeline = path.startsWith('/pipeline');
  const commands = parseCommands(pipeline, body);
  if (commands === undefined) return { status: 400, json: { error: 'ERR failed to parse command' } };
  const results: ({ result: unknown } | { error: string })[] = [];
  for (const command of commands) results.push(await resultOf(command, execute));
  if (pipeline) return { status: 200, json: results };
  const [only] = results;
  return { status: only !== undefined && 'error' in only ? 400 : 200, json: only };
}

async function resultOf(command: string[], execute: Execute): Promise<{ result: unknown } | { error: string }> {
  try {
    return { result: restReply(await execute(command)) };
  } catch (error) {
    if (error instanceof RedisError) return { error: error.message };
    throw error;
  }
}

/** Numbers and booleans in a command count as their text, as Upstash takes them; the text's UTF-8 bytes are the argument. */
function parseCommands(pipeline: boolean, body: Buffer): string[][] | undefined {
  try {
    const json: unknown = JSON.parse(body.toString('utf8'));
    const commands: unknown = pipeline ? json : [json];
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
