import type { IncomingMessage } from 'node:http';
import type { Call } from './api.ts';

/** Reads the whole request; rejects when the client breaks off meanwhile. */
export async function readCall(request: IncomingMessage, seq: number, nowMs: number): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const rawBody = Buffer.concat(chunks).toString('utf8');
  const origin = `http://${request.headers.host ?? '127.0.0.1'}`;
  const url = new URL(request.url ?? '/', origin);
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body: parse(rawBody),
    rawBody,
    params: {},
    origin,
    seq,
    nowMs,
  };
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
