import type { ServerResponse } from 'node:http';

export interface GatewayAnswer {
  status: number;
  headers: Record<string, string>;
  cookies: string[];
  body: Buffer;
}

/** What the HTTP API makes of a function's result; undefined: it is no answer, and the caller gets a 500. */
export function gatewayAnswer(result: unknown): GatewayAnswer | undefined {
  if (typeof result !== 'object' || result === null) return undefined;
  const { statusCode, headers, cookies, body, isBase64Encoded } = result as Record<string, unknown>;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) return undefined;
  if (body !== undefined && typeof body !== 'string') return undefined;
  return {
    status,
    headers: Object.fromEntries(
      Object.entries((headers ?? {}) as object).map(([name, value]) => [name, String(value)]),
    ),
    cookies: Array.isArray(cookies) ? cookies.map(String) : [],
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

export function sendAnswer(response: ServerResponse, { status, headers, cookies, body }: GatewayAnswer): void {
  const withCookies = cookies.length > 0 ? { 'set-cookie': cookies } : {};
  response.writeHead(status, { ...headers, ...withCookies, 'content-length': body.length });
  response.end(body);
}
