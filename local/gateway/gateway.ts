import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { sendJson } from '../embedded/loopback-server.ts';
import { FunctionError } from '../lambda/sandbox.ts';
import type { RouteResource } from '../template/resources.ts';
import { gatewayAnswer, sendAnswer } from './gateway-answer.ts';
import { gatewayEvent } from './gateway-event.ts';
import { readBody } from './request-body.ts';

export interface GatewaySettings {
  routes: readonly RouteResource[];
  invoke: (functionArn: string, event: unknown) => Promise<unknown>;
  /** Told of each request that a route took. */
  onRequest: (route: RouteResource) => void;
  /** Requests to `/` and below `/_local/`. */
  admin: (request: IncomingMessage, path: string, body: Buffer, response: ServerResponse) => Promise<void>;
}

/** How API Gateway answers for itself (contract §1: exempt from problem+json). */
const own = (response: ServerResponse, status: number, message: string) => sendJson(response, status, { message });

/** An HTTP API before the functions. `settings` undefined: not ready yet, 503. */
export function createGateway(settings: () => GatewaySettings | undefined): Server {
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    answer(request, response, settings()).catch(() => {
      if (response.headersSent) response.destroy();
      else own(response, 500, 'Internal Server Error');
    });
  });
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    else socket.destroy();
  });
  return server;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  settings: GatewaySettings | undefined,
): Promise<void> {
  const body = await readBody(request);
  if (body === 'gone') return void response.destroy();
  if (body === 'too-large') return own(response, 413, 'Request Entity Too Large');
  if (settings === undefined) return own(response, 503, 'Service Unavailable');
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  if (path === '/' || path.startsWith('/_local/')) return settings.admin(request, path, body, response);
  const route = settings.routes.find(
    (candidate) => candidate.path === path && (candidate.method === 'ANY' || candidate.method === request.method),
  );
  if (route === undefined) return own(response, 404, 'Not Found');
  settings.onRequest(route);
  await answerByFunction(request, body, route, settings, response);
}

async function answerByFunction(
  request: IncomingMessage,
  body: Buffer,
  route: RouteResource,
  { invoke }: GatewaySettings,
  response: ServerResponse,
): Promise<void> {
  try {
    const result = gatewayAnswer(await invoke(route.functionArn, gatewayEvent(request, body, route)));
    if (result === undefined) return own(response, 500, 'Internal Server Error');
    sendAnswer(response, result);
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    if (error.errorType === 'Sandbox.Timedout') own(response, 503, 'Service Unavailable');
    else own(response, 500, 'Internal Server Error');
  }
}
