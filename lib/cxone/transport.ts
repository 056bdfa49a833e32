/** One HTTP request as it goes over the wire. */
export interface HttpRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
  timeoutMs: number;
}

/** What one try came to. `broken`: no answer; `sent` is false when the request certainly never reached CXone. */
export type TryResult =
  | { kind: 'answer'; status: number; headers: Headers; body: unknown }
  | { kind: 'broken'; sent: boolean; reason: string };

export type Fetch = typeof fetch;

/** Failures of name look-up, connecting and TLS: nothing was sent yet. */
const NEVER_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_.*|.*_CERT.*|ERR_TLS_.*|ERR_SSL_.*)$/;

/** A 2xx of a proxy, a portal or a maintenance page: it confirms nothing that CXone should have done. */
const HTML = /^\s*</;

/**
 * One try. The time-out covers connecting, sending and reading the whole answer, and runs on the real clock: it bounds the
 * network, not a schedule. Redirects are not followed: they would carry the credentials to an address nobody configured.
 */
export async function tryOnce(fetchOnce: Fetch, request: HttpRequest): Promise<TryResult> {
  const signal = AbortSignal.timeout(Math.max(1, Math.ceil(request.timeoutMs)));
  try {
    const response = await fetchOnce(request.url, {
      method: request.method,
      headers: request.headers,
      ...(request.body === undefined ? {} : { body: request.body }),
      redirect: 'manual',
      signal,
    });
    const text = await response.text();
    if (response.ok && HTML.test(text))
      return { kind: 'broken', sent: true, reason: `a page in HTML with status ${response.status}` };
    return { kind: 'answer', status: response.status, headers: response.headers, body: parseBody(text) };
  } catch (error) {
    if (signal.aborted) return { kind: 'broken', sent: true, reason: `no answer within ${request.timeoutMs} ms` };
    const code = failureCode(error);
    return { kind: 'broken', sent: !NEVER_SENT.test(code), reason: code };
  }
}

function parseBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** fetch says "fetch failed" and hides the reason in `cause`. */
function failureCode(error: unknown): string {
  let name = 'unknown';
  for (let at = error; typeof at === 'object' && at !== null; at = 'cause' in at ? at.cause : undefined) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    if ('name' in at && typeof at.name === 'string') name = at.name;
  }
  return name;
}
