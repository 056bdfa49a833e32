import type { IncomingMessage } from 'node:http';

/** API Gateway's own limit. */
export const MAX_BODY_BYTES = 10 * 1_048_576;

/**
 * The whole body, or `too-large` (the rest is read and thrown away, so that the caller can read the answer), or `gone` when
 * the client went away.
 */
export function readBody(request: IncomingMessage): Promise<Buffer | 'too-large' | 'gone'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
      else chunks.length = 0;
    });
    request.on('end', () => resolve(bytes > MAX_BODY_BYTES ? 'too-large' : Buffer.concat(chunks)));
    request.on('error', () => resolve('gone'));
    request.on('close', () => resolve('gone'));
  });
}
