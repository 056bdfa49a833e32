import { clip } from '../platform/clip.ts';
import type { RetriedResult } from './retries.ts';
import { scopesFor } from './scopes.ts';
import { CxoneError, type CxoneFailure } from './types.ts';

const MAX_MESSAGE_LENGTH = 512;

/** What a failed call becomes. `secrets` never appear in the message, whatever CXone echoes. */
export function toCxoneError(
  method: string,
  path: string,
  result: RetriedResult,
  secrets: readonly string[],
): CxoneError {
  const { last, openTries, retryAfterMs } = result;
  const call = `${method} ${withoutQuery(path)}`;
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (last === undefined)
    return new CxoneError('throttled', `${call}: not sent, no time was left before the deadline`, {
      openTries,
      ...wait,
    });
  if (last.kind === 'broken') {
    const failure = openTries > 0 ? 'unknown' : 'failed';
    return new CxoneError(failure, `${call}: ${redact(last.reason, secrets)}`, { openTries });
  }
  const failure = failureOf(last.status);
  const said = messageIn(last.body, secrets);
  const text = `${call}: CXone answered ${last.status}${hint(failure, method, path, last.headers, last.status)}${said === '' ? '' : `: ${said}`}`;
  return new CxoneError(failure, text, { status: last.status, body: last.body, openTries, ...wait });
}

export function failureOf(status: number): CxoneFailure {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 429) return 'throttled';
  return status >= 500 || status === 408 ? 'failed' : 'refused';
}

function hint(failure: CxoneFailure, method: string, path: string, headers: Headers, status: number): string {
  if (failure === 'unauthorized') return ' to a token that was just renewed; check cxone.baseUrl and cxone.authBaseUrl';
  if (failure === 'forbidden') {
    const asked = /\bscope="([^"]+)"/.exec(headers.get('www-authenticate') ?? '')?.[1];
    const scopes = asked ?? scopesFor(method, path);
    return scopes === undefined
      ? '; the client lacks the scope for this call'
      : `; the client lacks a scope this call needs: ${scopes} (grant it in CXone, list it in cxone.scopes)`;
  }
  if (status >= 300 && status < 400) return ', a redirect, which is not followed; check cxone.baseUrl and cxone.paths';
  return '';
}

/** The answer's own message, from the fields CXone and OAuth servers use, without `secrets`; at most 512 characters. */
export function messageIn(body: unknown, secrets: readonly string[]): string {
  const said = redact(wordsIn(body), secrets); // before the cut, which may leave half a secret
  return said.length > MAX_MESSAGE_LENGTH ? `${clip(said, MAX_MESSAGE_LENGTH - 1)}…` : said.toWellFormed();
}

function wordsIn(body: unknown): string {
  if (typeof body === 'string') return body;
  if (typeof body !== 'object' || body === null) return '';
  const fields = body as Record<string, unknown>;
  for (const name of ['message', 'error_description', 'error', 'title', 'detail']) {
    const value = fields[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return '';
}

/** The longest form first: one may be part of another. */
function redact(text: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap(formsOf).sort((a, b) => b.length - a.length);
  return forms.reduce((clean, form) => (form === '' ? clean : clean.replaceAll(form, '***')), text);
}

/** As an echoed request may hold it: as it is, in a URL (either way of encoding) and in JSON. */
function formsOf(secret: string): string[] {
  const inQuery = new URLSearchParams({ secret }).toString().slice('secret='.length);
  return [secret, inQuery, encodeURIComponent(secret.toWellFormed()), JSON.stringify(secret).slice(1, -1)];
}

function withoutQuery(path: string): string {
  return path.split('?', 1)[0] ?? path;
}
