import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** A request as the receiver sees it. Header names are lower case, as API Gateway hands them over. */
export interface WebhookRequest {
  method: string;
  route: string;
  headers: Readonly<Record<string, string | undefined>>;
  /** `?token=`, decoded; a repeated one arrives joined by commas and so fits nothing. */
  token: string | undefined;
  bodyBytes: number;
  /** The raw bytes that were signed. */
  readBody(): Uint8Array;
}

/** Nothing is decoded before it is asked for. API Gateway hands bodies over as text or, by content type, as base64. */
export function readRequest(event: APIGatewayProxyEventV2): WebhookRequest {
  const body = event.body ?? '';
  const encoding = event.isBase64Encoded ? 'base64' : 'utf8';
  return {
    method: event.requestContext.http.method,
    route: event.rawPath,
    headers: event.headers,
    token: event.queryStringParameters?.token,
    bodyBytes: Buffer.byteLength(body, encoding),
    readBody: () => Buffer.from(body, encoding),
  };
}
