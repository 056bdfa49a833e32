import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { codeOf, messageOf } from '../../lib/platform/errors.ts';
import type { Log } from '../../lib/platform/logging.ts';
import { type Problem, problemJson } from '../../lib/platform/problem.ts';
import { bearerTokenIn, isSameText } from '../../lib/platform/same-text.ts';
import type { CachedSecret } from '../../lib/platform/secrets.ts';
import type { Exposition } from '../../lib/telemetry/exposition.ts';
import type { ScrapeTokens } from './secret.ts';

export interface MetricsEndpointDeps {
  tokens: CachedSecret<ScrapeTokens>;
  /** The stage's metrics as they are now. */
  expose(): Promise<Exposition>;
  log: Log;
}

const UNAUTHORIZED: Problem = {
  code: 'unauthorized',
  status: 401,
  title: 'Not authenticated',
  detail: 'needs Authorization: Bearer with a token of the stage',
  headers: { 'www-authenticate': 'Bearer' },
};
const UNAVAILABLE: Problem = {
  code: 'metrics-unavailable',
  status: 503,
  title: 'Temporarily unavailable',
  detail: 'the counters, the queue or the secret could not be read; the log says which',
  headers: { 'retry-after': '15' },
};

/** GET /metrics. Nothing is read before the token holds; what cannot be read whole is not answered in part. */
export function createHandler({ tokens, expose, log }: MetricsEndpointDeps) {
  return async ({ headers }: Pick<APIGatewayProxyEventV2, 'headers'>): Promise<APIGatewayProxyStructuredResultV2> => {
    try {
      if (!(await mayScrape(bearerTokenIn(headers.authorization), tokens))) return problemJson(UNAUTHORIZED);
      const { contentType, text } = await expose();
      return { statusCode: 200, headers: { 'content-type': contentType, 'cache-control': 'no-store' }, body: text };
    } catch (error) {
      log.error('metrics not told', { code: codeOf(error), reason: messageOf(error) });
      return problemJson(UNAVAILABLE);
    }
  };
}

/** A token that does not match makes the secret be read once more, for it may just have been rotated. */
async function mayScrape(shown: string | undefined, tokens: CachedSecret<ScrapeTokens>): Promise<boolean> {
  if (shown === undefined) return false;
  const holds = ({ token, previous }: ScrapeTokens) =>
    [token, previous].some((valid) => valid !== undefined && isSameText(shown, valid));
  return holds(await tokens.get()) || ((await tokens.refetch()) && holds(await tokens.get()));
}
