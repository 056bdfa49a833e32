import { failureOf } from '../cxone/failures.ts';
import { type CxoneApiSettings, tokenUrlOf } from '../cxone/settings.ts';
import type { HttpRequest, TryResult } from '../cxone/transport.ts';
import type { CxoneFailure } from '../cxone/types.ts';
import type { ClusterCounters } from './cluster-counters.ts';
import { keyOf } from './counts.ts';

/** How one HTTP request to CXone ended. */
export type CxoneOutcome = 'success' | CxoneFailure;

export interface CountedApi extends CxoneApiSettings {
  /** Endpoint → the path that its requests' paths begin with. */
  paths: Readonly<Record<string, string>>;
}

/** For `CxoneClientSettings.onTry`: counts each request, repeats and calls for tokens included, by endpoint and outcome. */
export function countCxoneTries(api: CountedApi, counters: Pick<ClusterCounters, 'add'> | undefined) {
  if (counters === undefined) return undefined;
  return (request: Pick<HttpRequest, 'url'>, result: TryResult): void =>
    counters.add(keyOf('cxone', endpointOf(api, request.url), outcomeOf(result)));
}

function endpointOf(api: CountedApi, url: string): string {
  if (url === tokenUrlOf(api)) return 'token';
  const { pathname } = new URL(url);
  const at = Object.entries(api.paths).find(([, path]) => pathname.includes(path));
  return at?.[0] ?? 'other';
}

function outcomeOf(result: TryResult): CxoneOutcome {
  if (result.kind === 'broken') return result.sent ? 'unknown' : 'failed';
  return result.status >= 200 && result.status < 300 ? 'success' : failureOf(result.status);
}
