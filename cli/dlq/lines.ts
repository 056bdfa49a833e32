import type { DeadLetter } from '../../lib/platform/dead-letter-queue.ts';
import type { Listing } from '../shared/table.ts';
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

export const LETTERS: Listing<DeadLetter> = {
  facts: factsOf,
  columns: [
    { title: 'PARKED AT', of: ({ parkedAtMs }) => time(parkedAtMs) },
    { title: 'REASON', of: ({ reason }) => reason },
    { title: 'EVENT', of: (letter) => eventIdOf(letter) ?? `message ${letter.messageId}` },
    { title: 'WHAT', of: whatOf },
    { title: 'DETAIL', of: ({ detail }) => detail },
  ],
};

function whatOf(letter: DeadLetter): string {
  const { kind, type } = factsOf(letter);
  return [kind ?? 'unreadable', type].filter((part) => part !== null).join(' ');
}

/** The most frequent first. */
export function countsByReason(letters: readonly DeadLetter[]): [reason: string, count: number][] {
  return [...Map.groupBy(letters, ({ reason }) => reason)]
    .map(([reason, { length }]): [string, number] => [reason, length])
    .sort(([, a], [, b]) => b - a);
}

/** `3 parked: 2 retries-exhausted, 1 envelope-unreadable` */
export function countLine(letters: readonly DeadLetter[], what: string): string {
  const reasons = countsByReason(letters).map(([reason, count]) => `${count} ${reason}`);
  return `${letters.length} ${what}${reasons.length === 0 ? '' : `: ${reasons.join(', ')}`}`;
}

/** What `dlq import` takes, and why it was parked. The message is as it was: body, order key and time of receipt are in it. */
export const keptFacts = (letter: DeadLetter) => ({ ...factsOf(letter), message: letter.body });

/** Everything, for the one who has to find out. */
export function storyFacts(letter: DeadLetter) {
  const envelope = envelopeOf(letter);
  return {
    ...factsOf(letter),
    orderKey: envelope?.orderKey ?? null,
    body: envelope === undefined ? letter.body : Buffer.from(envelope.body).toString('utf8'),
  };
}

export function storyLines(letter: DeadLetter): string[] {
  const story = storyFacts(letter);
  const facts: [string, string | null][] = [
    ['event id', story.eventId],
    ['parked', `${story.parkedAt}  ${story.reason}: ${story.detail}`],
    ['received', story.receivedAt],
    ['kind', story.kind],
    ['type', story.type],
    ['order key', story.orderKey],
    ['message', story.messageId],
    ['was message', story.sourceMessageId],
  ];
  const lines = facts.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(12)}  ${value}`]));
  return [...lines, story.kind === null ? 'the message, which is no envelope of the relay:' : 'body:', story.body];
}
