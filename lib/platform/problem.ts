import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { FieldError } from './errors.ts';

/** Why a request was not answered as asked. Nothing in it quotes the request. */
export interface Problem {
  /** Stable; end of the answer's `type`. */
  code: string;
  status: number;
  title: string;
  detail: string;
  errors?: readonly FieldError[];
  headers?: Readonly<Record<string, string>>;
}

/** RFC 9457. */
export function problemJson(problem: Problem): APIGatewayProxyStructuredResultV2 {
  const { code, status, title, detail, errors = [], headers = {} } = problem;
  return {
    statusCode: status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: JSON.stringify({
      type: `urn:cxone-relay:problem:${code}`,
      title,
      status,
      detail,
      ...(errors.length > 0 && { errors }),
    }),
  };
}
