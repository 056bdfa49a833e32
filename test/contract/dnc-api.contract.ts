import { inspect } from 'node:util';
import { expect, it } from '@jest/globals';
import type { BatchAnswer, DncApi, DncContact } from '../../lib/dnc/dnc-api.ts';
import type { DncPreference } from '../../lib/dnc/types.ts';

export type NextAnswer =
  | '500'
  | '502'
  | 'reset'
  | 'executed, then reset'
  | '429 seconds'
  | '429 date'
  | 'a page in HTML'
  | '202'
  | '401'
  | '403'
  | '404';

export interface DncApiUnderTest {
  api: DncApi;
  nowMs(): number;
  /** What CXone's list says of the number now; undefined: it was never told. */
  held(phoneNumber: string): DncPreference | undefined;
  /** CXone refuses this number from now on. */
  refuse(phoneNumber: string, message: string): void;
  /** How CXone answers the next request, and with which words; 429 asks for 5 seconds. */
  next(answer: NextAnswer, message?: string): void;
  /** Bodies of the requests so far that carried contacts. */
  requestCount(): number;
}

/** What the drain relies on of every form of CXone's Do-Not-Call list (contract §6, §9). Numbers are fresh in each test. */
export function dncApiContract(make: () => DncApiUnderTest): void {
  let last = 0;
  const contact = (preference: DncPreference = 'optOut'): DncContact => ({
    phoneNumber: `+1917555${String(++last).padStart(4, '0')}`,
    preference,
    eventTime: '2026-01-31T12:00:00Z',
  });
  const send = ({ api, nowMs }: DncApiUnderTest, contacts: DncContact[]): Promise<BatchAnswer> =>
    api.send(contacts, { deadlineMs: nowMs() + 40_000, timeoutMs: 5000 });
  const takenAll = (contacts: DncContact[]) => ({ kind: 'results', results: contacts.map(() => ({ kind: 'taken' })) });

  it('tells CXone opt-outs and opt-ins, back and forth', async () => {
    const cxone = make();
    const [one, two] = [contact('optOut'), contact('optOut')];
    expect(await send(cxone, [one, two])).toEqual(takenAll([one, two]));
    expect([cxone.held(one.phoneNumber), cxone.held(two.phoneNumber)]).toEqual(['optOut', 'optOut']);
    expect(await send(cxone, [{ ...one, preference: 'optIn' }])).toEqual(takenAll([one]));
    expect([cxone.held(one.phoneNumber), cxone.held(two.phoneNumber)]).toEqual(['optIn', 'optOut']);
    await send(cxone, [one]);
    expect(cxone.held(one.phoneNumber)).toBe('optOut');
  });

  it('lets at most 100 share a request, and what it lets share goes in one', async () => {
    const cxone = make();
    const contacts = Array.from({ length: 100 }, () => contact());
    for (const each of contacts) expect(cxone.api.laneOf(each, false)).toMatchObject({ limit: 100 });
    expect(new Set(contacts.map((each) => cxone.api.laneOf(each, false).name)).size).toBe(1);
    const before = cxone.requestCount();
    expect(await send(cxone, contacts)).toEqual(takenAll(contacts));
    expect(cxone.requestCount() - before).toBe(1);
  });

  it('says of a refused contact that it was refused, and why, without its number', async () => {
    const cxone = make();
    const [good, bad] = [contact(), contact()];
    cxone.refuse(bad.phoneNumber, `number ${bad.phoneNumber} is on no list`);
    const answer = await send(cxone, [good, bad]);
    if (answer.kind === 'results') {
      expect(answer.results.map(({ kind }) => kind)).toEqual(['taken', 'refused']);
    } else {
      expect(answer.kind).toBe('refused');
      expect(cxone.held(good.phoneNumber)).toBeUndefined();
    }
    const alone = await send(cxone, [bad]);
    const said = alone.kind === 'results' ? alone.results[0] : alone;
    expect(said).toMatchObject({ kind: 'refused', reason: expect.stringMatching(/is on no list/) });
    expect(JSON.stringify(alone)).not.toContain(bad.phoneNumber.slice(1));
    expect(cxone.held(bad.phoneNumber)).toBeUndefined();
  });

  it.each<NextAnswer>(['500', '502', 'reset', 'executed, then reset', 'a page in HTML', '202'])(
    'leaves the outcome open after %s, in one try',
    async (failure) => {
      const cxone = make();
      cxone.next(failure);
      const before = cxone.requestCount();
      expect(await send(cxone, [contact()])).toMatchObject({ kind: 'open', mayStillRun: true });
      expect(cxone.requestCount() - before).toBe(1);
    },
  );

  it('quotes no number in what it rejects with', async () => {
    const cxone = make();
    const one = contact();
    cxone.next('403', `not allowed for ${one.phoneNumber}`);
    const error: unknown = await send(cxone, [one]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(inspect(error, { depth: 10 })).not.toContain(one.phoneNumber.slice(1)); // as Lambda logs it
  });

  it.each<NextAnswer>(['429 seconds', '429 date'])('passes on how long to stay away: %s', async (throttle) => {
    const cxone = make();
    cxone.next(throttle);
    const answer = await send(cxone, [contact()]);
    expect(answer.kind).toBe('throttled');
    if (answer.kind !== 'throttled') return;
    expect(answer.retryAfterMs).toBeGreaterThan(3900);
    expect(answer.retryAfterMs).toBeLessThanOrEqual(6000);
  });

  it.each<[NextAnswer, RegExp]>([
    ['401', /401|cxone/],
    ['403', /outbound:/],
    ['404', /cxone\.paths/],
  ])('rejects after %s, naming what a person must mend', async (refusal, named) => {
    const cxone = make();
    const one = contact();
    cxone.next(refusal);
    await expect(send(cxone, [one])).rejects.toThrow(named);
    expect(cxone.held(one.phoneNumber)).toBeUndefined();
  });
}
