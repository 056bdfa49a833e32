import { request as httpRequest, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { bufferedServer, type LoopbackServer, listenOnLoopback } from '../../../local/embedded/loopback-server.ts';

/**
 * - `answer`: this answer instead, nothing is executed.
 * - `hang`: no answer, nothing is executed. `break-before`: the same, and the connection ends.
 * - `break-after`: executed, and the connection ends instead of an answer.
 * - `slow`: executed and answered after `byMs`, if the client still waits then.
 */
export type Behaviour =
  | { kind: 'pass' }
  | { kind: 'answer'; status: number; json: Record<string, unknown> }
  | { kind: 'hang' }
  | { kind: 'break-before' }
  | { kind: 'break-after' }
  | { kind: 'slow'; byMs: number };

export const PASS: Behaviour = { kind: 'pass' };

type Json = Record<string, unknown>;

export interface AwsProxySettings {
  target: string;
  /** `operation` as in X-Amz-Target, such as `SendMessage`. */
  behave: (operation: string, request: Json) => Behaviour;
  /** May change a request before it goes on. */
  rewrite?: (operation: string, request: Json) => Json;
  /** Told of each executed request; `reached` says whether the client was sent the answer. */
  onExecuted?: (operation: string, request: Json, answer: Json, reached: boolean) => void;
  /** Told of each request that was answered here. */
  onAnswered?: (operation: string, request: Json) => void;
}

interface Executed {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Stands before an AWS endpoint that speaks AWS's JSON protocol, and misbehaves as networks and throttled services do. */
export function startAwsProxy(settings: AwsProxySettings): Promise<LoopbackServer> {
  const server = bufferedServer(async (incoming, body, response) => {
    const operation =
      String(incoming.headers['x-amz-target'] ?? '')
        .split('.')
        .at(-1) ?? '';
    const request = (body.length > 0 ? JSON.parse(body.toString('utf8')) : {}) as Json;
    const behaviour = settings.behave(operation, request);
    if (behaviour.kind === 'answer') {
      settings.onAnswered?.(operation, request);
      return answer(response, behaviour.status, behaviour.json);
    }
    if (behaviour.kind === 'hang') return;
    if (behaviour.kind === 'break-before') return void response.destroy();
    if (behaviour.kind === 'slow') await sleep(behaviour.byMs);
    if (response.destroyed) return;
    const bytes = settings.rewrite ? Buffer.from(JSON.stringify(settings.rewrite(operation, request))) : body;
    const headers = { ...incoming.headers, 'content-length': String(bytes.length) };
    const executed = await execute(settings.target + (incoming.url ?? '/'), headers, bytes);
    const reached = behaviour.kind !== 'break-after' && !response.destroyed;
    if (executed.status === 200) settings.onExecuted?.(operation, request, jsonOf(executed.body), reached);
    if (!reached) return void response.destroy();
    const { 'transfer-encoding': _, ...answered } = executed.headers;
    response.writeHead(executed.status, { ...answered, 'content-length': String(executed.body.length) });
    response.end(executed.body);
  });
  return listenOnLoopback(server);
}

function execute(url: string, headers: IncomingHttpHeaders, body: Buffer): Promise<Executed> {
  return new Promise((resolve, reject) => {
    const forwarded = httpRequest(url, { method: 'POST', headers }, (upstream) => {
      const chunks: Buffer[] = [];
      upstream.on('data', (chunk: Buffer) => chunks.push(chunk));
      upstream.on('error', reject);
      upstream.on('end', () =>
        resolve({ status: upstream.statusCode ?? 500, headers: upstream.headers, body: Buffer.concat(chunks) }),
      );
    });
    forwarded.on('error', reject);
    forwarded.end(body);
  });
}

function answer(response: ServerResponse, status: number, json: Json): void {
  const text = JSON.stringify(json);
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

const jsonOf = (body: Buffer): Json => (body.length > 0 ? (JSON.parse(body.toString('utf8')) as Json) : {});
