import { connect } from 'node:net';
import * as fc from 'fast-check';
import { sign } from './webhook.ts';

const CRLF = '\r\n';

/** Bytes of a whole HTTP request. */
type RawRequest = Buffer;

const PROTOTYPE_KEYS = [
  '{"__proto__":{"actionType":"QUEUE_TRANSFER"}}',
  '{"constructor":{"prototype":{}},"actionType":{}}',
  '{"eventType":"toString","data":{"contactId":"c"}}',
  '{"actionType":"__proto__","contactId":"c"}',
  '{"actionType":"QUEUE_TRANSFER","contactId":{"a":1}}',
  '{"interactionId":5,"dataActionId":[],"updatedTimestamp":"yesterday"}',
  '{"phoneNumber":"911","eventName":"optOut","timestamp":"2026-01-31T12:00:00Z"}',
  '{"phoneNumber":"+14155550100","eventName":"optOut","timestamp":"2026-02-31T12:00:00Z"}',
];

/** Bodies that no rule of the contract accepts: `actionType` and the like never name a route. */
const bodies: fc.Arbitrary<Buffer> = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)), // broken UTF-8, mostly
  fc.json({ maxDepth: 6 }).map((json) => Buffer.from(json)),
  fc.constantFrom(...PROTOTYPE_KEYS).map((json) => Buffer.from(json)),
  fc.integer({ min: 65, max: 20_000 }).map((depth) => Buffer.from('['.repeat(depth) + ']'.repeat(depth))),
  fc.json().map((json) => Buffer.from(`\ufeff${json}`, 'utf16le')),
  fc.string().map((text) => Buffer.from(`{"actionType":${JSON.stringify(text)},"contactId":1e999}`)),
  fc.constant(Buffer.alloc(300_000, 0x5b)), // over the limit of 256 KiB
);

const requests: fc.Arbitrary<RawRequest> = fc
  .record({
    body: bodies,
    method: fc.constantFrom('POST', 'POST', 'POST', 'POST', 'PUT', 'GET', 'DELETE'),
    path: fc.constantFrom(
      '/cxone/events',
      '/cxone/events?token=wrong&token=%ff',
      '/webhook',
      '/%00/%zz',
      '/cxone/events/',
    ),
    signature: fc.constantFrom('right', 'right', 'right', 'wrong', 'none'),
    contentType: fc.constantFrom('application/json', 'application/json; charset=utf-16', 'text/plain', 'image/png', ''),
  })
  .map(({ body, method, path, signature, contentType }) => {
    const head = [
      `${method} ${path} HTTP/1.1`,
      'host: 127.0.0.1',
      'connection: close',
      `content-length: ${body.length}`,
    ];
    if (contentType !== '') head.push(`content-type: ${contentType}`);
    if (signature !== 'none') head.push(`x-cxone-signature: ${signature === 'right' ? sign(body) : 'sha256=zz'}`);
    return Buffer.concat([Buffer.from(head.join(CRLF) + CRLF + CRLF), body]);
  });

/** The same ones in every run. */
export function garbageRequests(count: number): RawRequest[] {
  return fc.sample(requests, { numRuns: count, seed: 20260131 });
}

/** The status that came back. */
export function rawRequest(url: string, request: RawRequest): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(request));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0)));
  });
}
