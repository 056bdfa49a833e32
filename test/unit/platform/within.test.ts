import { describe, expect, it } from '@jest/globals';
import { within } from '../../../lib/platform/within.ts';

const late = () => new Error('too late');

describe('within', () => {
  it('comes to what the work comes to', async () => {
    await expect(within(60_000, Promise.resolve(1), late)).resolves.toBe(1);
    await expect(within(60_000, Promise.reject(new Error('its own')), late)).rejects.toThrow('its own');
  });

  it('rejects when the time is over, and concerns itself no more with the work', async () => {
    const work = Promise.withResolvers<void>();
    await expect(within(1, work.promise, late)).rejects.toThrow('too late');
    work.reject(new Error('nobody waits any more')); // unhandled it would end the process
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('takes any length of time', async () => {
    const work = Promise.withResolvers<string>();
    const result = within(Number.POSITIVE_INFINITY, work.promise, late);
    setTimeout(() => work.resolve('in time'), 20);
    await expect(result).resolves.toBe('in time');
  });
});
