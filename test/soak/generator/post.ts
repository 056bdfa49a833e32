import { Agent, request as httpRequest } from 'node:http';
import { sign } from '../../e2e/support/webhook.ts';

export interface PostAnswer {
  /** 0: nobody answered. */
  status: number;
  eventId: string | null;
}

const TIMEOUT_MS = 20_000;

/** Posts a signed webhook to whichever relay `urlOf` names; a relay that is down answers nothing. */
export function createPost(urlOf: () => string | undefined): (body: string) => Promise<PostAnswer> {
  const agent = new Agent({ keepAlive: true, maxSockets: 3000 });
  const nobody: PostAnswer = { status: 0, eventId: null };
  return (body) => {
    const url = urlOf();
    if (url === undefined) return Promise.resolve(nobody);
    return new Promise((resolve) => {
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'x-cxone-signature': sign(body),
      };
      const options = { method: 'POST', agent, headers, timeout: TIMEOUT_MS };
      const request = httpRequest(`${url}/cxone/events`, options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', () => resolve(nobody));
        response.on('end', () => resolve(answerOf(response.statusCode ?? 0, Buffer.concat(chunks).toString('utf8'))));
      });
      request.on('timeout', () => request.destroy());
      request.on('error', () => resolve(nobody));
      request.end(body);
    });
  };
}

function answerOf(status: number, text: string): PostAnswer {
  if (status !== 202) return { status, eventId: null };
  return { status, eventId: (JSON.parse(text) as { eventId: string }).eventId };
}
