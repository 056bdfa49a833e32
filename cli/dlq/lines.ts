import type { DeadLetter } from '../../lib/platform/dead-letter-queue.ts';
import { envelopeOf, eventIdOf } from './filter.ts';

const time = (ms: number): string => new Date(ms).toISOString();

/** For `--json`. No order key: it may be a phone number, and lists are pasted into tickets. */
export function factsOf(letter: DeadLetter) {
  const envelope = envelopeOf(letter);
  return {
    parkedAt: time(letter.parkedAtMs),
    reason: letter.reason,
    detail: letter.detail,
    eventId: eventIdOf(letter) ?? null,
    kind: envelope?.kind ?? null,
    type: envelope?.routingType ?? null,
    receivedAt: envelope === undefined ? null : time(envelope.receivedAtMs),
    groupId: letter.groupId,
    messageId: letter.messageId,
    sourceMessageId: letter.sourceMessageId ?? null,
  };
}

export function lineOf(letter: DeadLetter): string {
  const { parkedAt, reason, detail, eventId, kind, type } = factsOf(letter);
  const what = [kind ?? 'unreadable', type].filter((part) => part !== null).join(' ');
  return [parkedAt, reason, eventId ?? `message ${letter.messageId}`, what, oneLine(detail)].join('  ');
}

/** `3 parked: 2 retries-exhausted, 1 envelope-unreadable` */
export function countLine(letters: readonly DeadLetter[], what: string): string {
  const reasons = [...Map.groupBy(letters, ({ reason }) => reason)]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([reason, { length }]) => `${length} ${reason}`);
  return `${letters.length} ${what}${reasons.length === 0 ? '' : `: ${reasons.join(', ')}`}`;
}

/** Everything, for the one who has to find out. */
export function storyOf(letter: DeadLetter): string[] {
  const { parkedAt, reason, detail, eventId, receivedAt, kind, type, sourceMessageId } = factsOf(letter);
  const envelope = envelopeOf(letter);
  const facts: [string, string | null | undefined][] = [
    ['event id', eventId],
    ['parked', `${parkedAt}  ${reason}: ${detail}`],
    ['received', receivedAt],
    ['kind', kind],
    ['type', type],
    ['order key', envelope?.orderKey],
    ['message', letter.messageId],
    ['was message', sourceMessageId],
  ];
  const lines = facts.flatMap(([name, value]) => (value == null ? [] : [`${name.padEnd(12)}  ${value}`]));
  const body = envelope === undefined ? letter.body : Buffer.from(envelope.body).toString('utf8');
  return [...lines, envelope === undefined ? 'the message, which is no envelope of the relay:' : 'body:', body];
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ');
