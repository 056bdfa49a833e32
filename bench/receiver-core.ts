import { createHash, createHmac } from 'node:crypto';
import { recognise } from '../functions/webhook-receiver/steps.ts';
import { toE164 } from '../lib/dnc/phone-number.ts';
import { encodeEnvelope } from '../lib/events/envelope.ts';
import { createIdentify } from '../lib/events/identify.ts';
import { messageGroupOf } from '../lib/events/message-group.ts';
import { isSigned, sign } from '../lib/events/signature.ts';
import { parseStage } from '../lib/stage/parse.ts';
import { pair } from './paired.ts';
import { type Bound, type Figure, printFigures } from './report.ts';

const SECRET = 'bench-secret';
const BOUND = { atMost: 2.5 };
const ROUNDS = 15;

/** What each event costs the receiver before the queue, against the least that any receiver has to do. */
export function benchReceiverCore(): void {
  const stage = parseStage('bench', {});
  const identify = createIdentify({
    transientFields: stage.dedup.transientFields,
    toE164: (text) => toE164(text, stage.dnc.defaultRegion),
  });

  const figures = samples().map(({ what, event: sample, bound }): Figure => {
    const body = Buffer.from(JSON.stringify(sample));
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
      calls: Math.ceil(40_000_000 / (body.length * 4 + 2000)),
    });
    const detail = `${subjectMicros.median.toFixed(1)} µs against ${baselineMicros.median.toFixed(1)} µs an event`;
    return { what: `${what}, ${body.length} bytes`, ratio, bound, detail };
  });
  printFigures(
    'Receiver: CPU time of authenticate, parse, validate, identify, envelope',
    `against HMAC + JSON.parse + SHA-256 of the same body; median of ${ROUNDS} pairs in one process, Node ${process.version}`,
    figures,
  );
}

interface Sample {
  what: string;
  event: object;
  bound: Bound;
}

/** A preference is told without a bound: reading its number by the strict metadata costs more than all else. */
function samples(): Sample[] {
  const flat = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`field${(n * 7) % 20}`, `value ${n}`]));
  const timestamp = '2026-01-31T12:00:00.000Z';
  return [
    ...[512, 4096, 65_536].map((bytes) => ({ what: 'nested', event: sampleOf(bytes), bound: BOUND })),
    { what: '22 fields', event: { actionType: 'INTERACTION_CREATED', contactId: 'c-4711', ...flat }, bound: null },
    { what: 'preference', event: { phoneNumber: '+14155550100', eventName: 'optOut', timestamp }, bound: null },
  ];
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
