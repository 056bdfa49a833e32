import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { sign } from '../../../../lib/events/signature.ts';

export const SECRET = 'signing-secret';

export interface Request {
  body?: string | Uint8Array;
  path?: string;
  method?: string;
  headers?: Record<string, string>;
  query?: Record<string, string>;
  /** Signs with it; default: the right one. Null: unsigned. */
  secret?: string | null;
  base64?: boolean;
  remainingMs?: number;
}

/** What API Gateway makes of a request (payload version 2.0). */
export function gatewayEvent(request: Request): APIGatewayProxyEventV2 {
  const { path = '/cxone/events', method = 'POST', query = {}, secret = SECRET, base64 = false } = request;
  const bytes = Buffer.from(request.body ?? '');
  const signature = secret === null ? {} : { 'x-cxone-signature': sign(bytes, secret) };
  const headers = { 'content-type': 'application/json', ...signature, ...request.headers };
  const rawQueryString = new URLSearchParams(query).toString();
  return {
    version: '2.0',
    routeKey: `ANY ${path}`,
    rawPath: path,
    rawQueryString,
    headers,
    ...(rawQueryString !== '' && { queryStringParameters: query }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'api.example.com',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'request',
      routeKey: `ANY ${path}`,
      stage: '$default',
      time: '31/Jan/2026:12:00:00 +0000',
      timeEpoch: 0,
    },
    ...(request.body !== undefined && { body: bytes.toString(base64 ? 'base64' : 'utf8') }),
    isBase64Encoded: base64,
  };
}
