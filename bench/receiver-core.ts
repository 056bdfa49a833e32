import { createHash, createHmac } from 'node:crypto';
import { recognise } from '../functions/webhook-receiver/steps.ts';
import { encodeEnvelope } from '../lib/events/envelope.ts';
import { createIdentify } from '../lib/events/identify.ts';
import { messageGroupOf } from '../lib/events/message-group.ts';
import { isSigned, sign } from '../lib/events/signature.ts';
import { parseStage } from '../lib/stage/parse.ts';
import { pair } from './paired.ts';
import { type Figure, printFigures } from './report.ts';

const SECRET = 'bench-secret';
const BOUND = { atMost: 2.5 };
const ROUNDS = 15;
const SIZES_BYTES = [512, 4096, 65_536];

/** What each event costs the receiver before the queue, against the least that any receiver has to do. */
export function benchReceiverCore(): void {
  const stage = parseStage('bench', {});
  const identify = createIdentify({ transientFields: stage.dedup.transientFields, toE164: (text) => text });

  const figures = SIZES_BYTES.map((size): Figure => {
    const body = Buffer.from(JSON.stringify(sampleOf(size)));
    const signature = sign(body, SECRET);
    const receive = () => {
      if (!isSigned(body, signature, [SECRET])) throw new Error('the signature must hold');
      const event = recognise(body, null, { routing: stage.routing, identify });
      return encodeEnvelope({ ...event, receivedAtMs: Date.now(), body }) + messageGroupOf(event);
    };
    const bare = () => {
      createHmac('sha256', SECRET).update(body).digest();
      JSON.parse(body.toString('utf8'));
      return createHash('sha256').update(body).digest();
    };
    const { ratio, subjectMicros, baselineMicros } = pair(receive, bare, {
      rounds: ROUNDS,
      calls: Math.ceil(40_000_000 / (size * 4 + 2000)),
    });
    const detail = `${subjectMicros.median.toFixed(1)} µs against ${baselineMicros.median.toFixed(1)} µs an event`;
    return { what: `${body.length} bytes`, ratio, bound: BOUND, detail };
  });
  printFigures(
    'Receiver: CPU time of authenticate, parse, validate, identify, envelope',
    `against HMAC + JSON.parse + SHA-256 of the same body; median of ${ROUNDS} pairs in one process, Node ${process.version}`,
    figures,
  );
}

/** A contact action as CXone sends it, filled up with attributes of mixed types to about `bytes`. */
function sampleOf(bytes: number): object {
  const event = {
    actionType: 'INTERACTION_CREATED',
    contactId: 'c-4711',
    timestamp: '2026-01-31T12:00:00.000Z',
    attributes: [] as object[],
  };
  for (let n = 0; JSON.stringify(event).length < bytes - 60; n++) {
    event.attributes.push({ skill: `skill-${n}`, seconds: n * 1.5, active: n % 2 === 0, agent: null });
  }
  return event;
}
