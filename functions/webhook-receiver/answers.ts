import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { problemJson } from '../../lib/platform/problem.ts';
import type { Refusal } from './refusal.ts';

export function accepted(eventId: string): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: 202,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ status: 'accepted', eventId }),
  };
}

export const problem = ({ code, status, title, message, errors, headers }: Refusal) =>
  problemJson({ code, status, title, detail: message, errors, headers });
