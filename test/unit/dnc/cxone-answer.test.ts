import { describe, expect, it } from '@jest/globals';
import { CxoneError } from '../../../lib/cxone/types.ts';
import { answerOfError, shortReason } from '../../../lib/dnc/cxone-answer.ts';
import { ConfigError } from '../../../lib/platform/errors.ts';

const refused = (status: number, body: unknown = { message: 'no' }) =>
  new CxoneError('refused', 'no', { status, body });

describe('what a failed request means for its contacts', () => {
  it.each([400, 413, 422])('%i is a refusal, with CXone’s own words', (status) => {
    expect(answerOfError(refused(status), 'p')).toEqual({ kind: 'refused', reason: `${status}: no` });
  });

  it('409 is a conflict, with the id where there is one', () => {
    expect(answerOfError(refused(409), 'p')).toEqual({ kind: 'conflict', reason: '409: no' });
    for (const existingRecordId of ['r-1', 17]) {
      expect(answerOfError(refused(409, { existingRecordId, message: 'no' }), 'p')).toMatchObject({
        kind: 'conflict',
        existingRecordId: String(existingRecordId),
      });
    }
  });

  it.each([404, 405, 410, 415])('%i is no contact’s fault: it names the path to check', (status) => {
    expect(() => answerOfError(refused(status), 'cxone.paths.x')).toThrow(ConfigError);
    expect(() => answerOfError(refused(status), 'cxone.paths.x')).toThrow(/cxone\.paths\.x/);
  });

  it('leaves the outcome open after anything that nobody foresaw', () => {
    expect(answerOfError(new TypeError('x'), 'p')).toMatchObject({ kind: 'open', mayStillRun: true });
  });

  it('knows that a request which never left cannot still run', () => {
    expect(answerOfError(new CxoneError('failed', 'ECONNREFUSED'), 'p')).toMatchObject({
      kind: 'open',
      mayStillRun: false,
    });
    expect(answerOfError(new CxoneError('failed', 'x', { openTries: 1 }), 'p')).toMatchObject({ mayStillRun: true });
    expect(answerOfError(new CxoneError('failed', 'x', { status: 503 }), 'p')).toMatchObject({ mayStillRun: true });
  });

  it('cuts no character in two, and mends those that come so', () => {
    const cut = shortReason(`${'x'.repeat(299)}😀`);
    expect(cut).toHaveLength(300);
    expect(cut.isWellFormed()).toBe(true);
    expect(shortReason('half \ud83d').isWellFormed()).toBe(true);
  });

  it.each([
    '+14155550100',
    '14155550100',
    '+1 (415) 555-0100',
    '415.555.0100',
    '+44 20 7946 0018',
    '(415)  555 - 0100',
    '415/555-0100',
    '+1\u2011415\u2011555\u20110100',
  ])('masks %s in a reason', (number) => {
    const reason = shortReason(`contact ${number} is not on list 12345`);
    expect(reason.replace(/\D/g, '')).not.toContain(number.replace(/\D/g, '').slice(4));
    expect(reason).toContain('is not on list 12345');
  });
});
