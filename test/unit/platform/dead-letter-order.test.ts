import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { inGroups } from '../../../lib/platform/dead-letter-order.ts';
import type { DeadLetter } from '../../../lib/platform/dead-letter-queue.ts';

const letter = (messageId: string, over: Partial<DeadLetter> = {}): DeadLetter => ({
  messageId,
  receiptHandle: `handle-${messageId}`,
  body: '',
  groupId: 'g',
  reason: 'no-topic',
  detail: '',
  parkedAtMs: 1000,
  sourceMessageId: undefined,
  eventId: undefined,
  sequenceNumber: undefined,
  ...over,
});
const idsOf = (groups: DeadLetter[][]) => groups.map((group) => group.map(({ messageId }) => messageId));

describe('parked letters', () => {
  it('come in the order that the events queue had, whatever the clocks of those who parked them', () => {
    const sequences = [
      '99999999999999999998',
      '99999999999999999999',
      '100000000000000000000',
      '100000000000000000001',
    ];
    const letters = sequences.map((sequenceNumber, n) => letter(`${n}`, { sequenceNumber, parkedAtMs: 1000 - n }));
    fc.assert(
      fc.property(fc.shuffledSubarray(letters, { minLength: 4 }), (shuffled) => {
        expect(idsOf(inGroups(shuffled))).toEqual([['0', '1', '2', '3']]);
      }),
    );
  });

  it('have those that SQS moved between them by time, in the order in which they were received', () => {
    const letters = [
      letter('late', { parkedAtMs: 3000 }),
      letter('second', { sequenceNumber: '2', parkedAtMs: 2000 }),
      letter('first', { sequenceNumber: '1', parkedAtMs: 1000 }),
      letter('later', { parkedAtMs: 3000 }),
    ];
    expect(idsOf(inGroups(letters))).toEqual([['first', 'second', 'late', 'later']]);
    const early = [letter('early', { parkedAtMs: 500 }), ...letters];
    expect(idsOf(inGroups(early))[0]?.[0]).toBe('early');
  });

  it('of several groups: the one with the eldest first, each by itself', () => {
    const letters = [
      letter('b1', { groupId: 'b', parkedAtMs: 2000, sequenceNumber: '5' }),
      letter('a2', { groupId: 'a', parkedAtMs: 3000, sequenceNumber: '7' }),
      letter('a1', { groupId: 'a', parkedAtMs: 1000, sequenceNumber: '6' }),
    ];
    expect(idsOf(inGroups(letters))).toEqual([['a1', 'a2'], ['b1']]);
    expect(inGroups([])).toEqual([]);
  });
});
