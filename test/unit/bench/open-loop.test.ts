import { describe, expect, it } from '@jest/globals';
import { sendOpenLoop } from '../../../bench/whole-way/open-loop.ts';

describe('an open loop', () => {
  it('sends what is due although nothing before it has been answered, and counts from when it was due', async () => {
    const allSent = Promise.withResolvers<void>();
    const begun: number[] = [];
    const sent = await sendOpenLoop({
      ratePerSecond: 1000,
      count: 5,
      firstNumber: 7,
      async post(number) {
        begun.push(number);
        if (begun.length === 5) allSent.resolve();
        await allSent.promise; // a closed loop would wait here for ever
        return { status: 202, eventId: String(number) };
      },
    });
    expect(begun).toEqual([7, 8, 9, 10, 11]);
    const [first] = sent;
    expect(sent.map(({ intendedMs }) => Math.round(intendedMs - (first?.intendedMs ?? 0)))).toEqual([0, 1, 2, 3, 4]);
    expect(sent[4]).toMatchObject({ number: 11, status: 202, eventId: '11' });
  });
});
