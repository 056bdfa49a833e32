import { createHmac } from 'node:crypto';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** What a webhook was answered; `status` 0: nobody answered, `text` says why. */
export interface PostAnswer {
  status: number;
  text: string;
}

export interface Poster {
  post(body: Buffer): Promise<PostAnswer>;
  close(): void;
}

const TIMEOUT_MS = 35_000;

/** POSTs bodies to a webhook as CXone does, signed over their bytes (contract §1), over one kept-alive connection. */
export function createPoster(url: URL, secret: string): Poster {
  const secure = url.protocol === 'https:';
  const agent = secure
    ? new HttpsAgent({ keepAlive: true, maxSockets: 1 })
    : new HttpAgent({ keepAlive: true, maxSockets: 1 });
  const post = (body: Buffer): Promise<PostAnswer> =>
    new Promise((resolve) => {
      const headers = {
        'content-type': 'application/json',
        'content-length': body.length,
        'x-cxone-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      };
      const options = { method: 'POST', agent, headers, timeout: TIMEOUT_MS };
      const request = (secure ? httpsRequest : httpRequest)(url, options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', (error) => resolve({ status: 0, text: error.message }));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      });
      request.on('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
      request.on('error', (error: NodeJS.ErrnoException) =>
        resolve({ status: 0, text: error.message || (error.code ?? 'connection failed') }),
      );
      request.end(body);
    });
  return { post, close: () => agent.destroy() };
}
