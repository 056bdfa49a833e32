import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '../../lib/platform/errors.ts';
import { sendJson } from '../embedded/loopback-server.ts';
import { FunctionError } from '../lambda/sandbox.ts';
import { answerPanel, type Panel } from '../panel/answer-panel.ts';

export interface AdminActions {
  state: () => Promise<unknown>;
  /** Where tables, queues and secrets are, and what they are called. */
  endpoints: unknown;
  functionNames: readonly string[];
  /** `event` undefined: what its schedule would send. @throws FunctionError */
  invoke: (functionName: string, event: unknown) => Promise<unknown>;
  /** Ends a function's sandboxes at once, in mid-work too; answers how many. */
  kill: (functionName: string) => Promise<number>;
  /** The console. */
  panel: Panel;
}

const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/**
 * The console at `/`, `GET /_local/state`, `GET /_local/endpoints`, `POST /_local/invoke/<function>` and `POST /_local/kill/<function>`: for
 * whoever sits at this machine, not for web pages or tunnels.
 */
export async function answerAdmin(
  request: IncomingMessage,
  path: string,
  body: Buffer,
  response: ServerResponse,
  actions: AdminActions,
): Promise<void> {
  if (!comesFromThisMachine(request)) return sendJson(response, 403, { message: 'only by way of 127.0.0.1' });
  if (await answerPanel(request.method ?? '', path, body, response, actions.panel)) return;
  const [, action, functionName] = /^\/_local\/(invoke|kill)\/(.*)$/.exec(path) ?? [];
  if (path === '/_local/state' && request.method === 'GET') return sendJson(response, 200, await actions.state());
  if (path === '/_local/endpoints' && request.method === 'GET') return sendJson(response, 200, actions.endpoints);
  if (functionName === undefined || request.method !== 'POST') {
    return sendJson(response, 404, {
      message: 'GET /_local/state, GET /_local/endpoints, POST /_local/invoke/<function>, POST /_local/kill/<function>',
    });
  }
  if (!actions.functionNames.includes(functionName)) {
    return sendJson(response, 404, { message: `no such function; there are ${actions.functionNames.join(', ')}` });
  }
  if (action === 'kill') return sendJson(response, 200, { killed: await actions.kill(functionName) });
  await answerInvocation(functionName, body, response, actions);
}

async function answerInvocation(
  functionName: string,
  body: Buffer,
  response: ServerResponse,
  { invoke }: AdminActions,
): Promise<void> {
  let event: unknown;
  try {
    event = body.length === 0 ? undefined : JSON.parse(body.toString('utf8'));
  } catch (error) {
    return sendJson(response, 400, { message: `the event is not JSON: ${messageOf(error)}` });
  }
  try {
    sendJson(response, 200, (await invoke(functionName, event)) ?? null);
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    sendJson(response, 500, { errorType: error.errorType, errorMessage: error.message });
  }
}

/** A name other than loopback's means a tunnel or a rebound DNS name; a foreign origin means some web page. */
function comesFromThisMachine({ headers: { host = '', origin } }: IncomingMessage): boolean {
  const originHost = origin === undefined || !URL.canParse(origin) ? origin : new URL(origin).host;
  return LOOPBACK_HOST.test(host) && (originHost === undefined || LOOPBACK_HOST.test(originHost));
}
