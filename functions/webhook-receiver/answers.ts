import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Refusal } from './refusal.ts';

export function accepted(eventId: string): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: 202,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ status: 'accepted', eventId }),
  };
}

/** RFC 9457. */
export function problem({ code, status, title, message, errors, headers }: Refusal): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: JSON.stringify({
      type: `urn:cxone-relay:problem:${code}`,
      title,
      status,
      detail: message,
      ...(errors.length > 0 && { errors }),
    }),
  };
}
