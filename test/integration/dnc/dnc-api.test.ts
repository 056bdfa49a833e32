import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { parseStage } from '../../../lib/stage/parse.ts';
import { type DncApiUnderTest, dncApiContract, type NextAnswer } from '../../contract/dnc-api.contract.ts';
import { fakeClock } from '../../support/clock.ts';
import { createDncRelay, eventOf, numberOf } from './support/dnc-relay.ts';
import { type MemoryFault, memoryDncApi } from './support/memory-dnc-api.ts';
import { memoryOutside } from './support/outside.ts';
import { GROUP_ID, type SimulatedCxone, startSimulatedCxone } from './support/simulated-cxone.ts';

describe.each([
  ['outbound-contacts', {}],
  ['dnc-groups', { api: 'dnc-groups', groupId: GROUP_ID }],
  ['dnc-groups with numbers', { api: 'dnc-groups', groupId: GROUP_ID, phoneNumberFormat: 'number' }],
])('%s', (_name, dnc) => {
  const clock = fakeClock();
  let cxone: SimulatedCxone;
  beforeAll(async () => {
    cxone = await startSimulatedCxone(clock, dnc);
  });
  afterAll(() => cxone.stop());

  dncApiContract(() => ({
    api: cxone.api,
    nowMs: clock.nowMs,
    held: (phoneNumber) => heldBy(cxone, phoneNumber),
    refuse: (phoneNumber, message) => {
      cxone.simulator.state.behaviours.set(phoneNumber, { refuse: { status: 422, message } });
    },
    next(answer, message) {
      clock.advance(60_000); // a Retry-After of an earlier test is over
      misbehave(cxone, answer, message);
    },
    requestCount: () => cxone.requests().length,
  }));
});

describe('the in-memory CXone', () => {
  dncApiContract(() => {
    const clock = fakeClock();
    const api = memoryDncApi(clock);
    return {
      api,
      nowMs: clock.nowMs,
      held: (phoneNumber) => api.held().get(phoneNumber)?.preference,
      refuse: (phoneNumber, message) => {
        api.refused.set(phoneNumber, message.replace(phoneNumber, 'it'));
      },
      next(answer) {
        api.fault = () => {
          api.fault = () => undefined;
          return memoryFaults[answer];
        };
      },
      requestCount: () => api.requests.length,
    } satisfies DncApiUnderTest;
  });
});

describe('what outbound-contacts sends', () => {
  const clock = fakeClock();
  let cxone: SimulatedCxone;
  beforeAll(async () => {
    cxone = await startSimulatedCxone(clock, { customListIds: ['list-1'] });
  });
  afterAll(() => cxone.stop());

  it('is the contract’s form: the event’s own time on opt-outs alone, upserts as asked', async () => {
    const limits = { deadlineMs: clock.nowMs() + 40_000, timeoutMs: 5000 };
    const out = { phoneNumber: '+14155550100', preference: 'optOut' as const, eventTime: '2026-01-31T13:00:00+01:00' };
    await cxone.api.send([out, { ...out, phoneNumber: '+14155550101', preference: 'optIn' }], limits);
    await cxone.api.send([{ ...out, upsert: { existingRecordId: 'r-1' } }], limits);
    const [mixed, upsert] = cxone.requests();
    expect(mixed?.body).toEqual({
      contacts: [
        {
          phone: { phoneNumber: '+14155550100' },
          dnc: { doNotCall: true, optOutDate: '2026-01-31T13:00:00+01:00' },
          customListIds: ['list-1'],
        },
        { phone: { phoneNumber: '+14155550101' }, dnc: { doNotCall: false }, customListIds: ['list-1'] },
      ],
    });
    expect(upsert?.body).toMatchObject({ contacts: [{ updateMode: 'upsert', existingRecordId: 'r-1' }] });
    expect(cxone.simulator.state.violations).toEqual([]);
  });
});

describe('dnc-groups', () => {
  const clock = fakeClock();
  let cxone: SimulatedCxone;
  beforeAll(async () => {
    cxone = await startSimulatedCxone(clock, { api: 'dnc-groups', groupId: GROUP_ID });
  });
  afterAll(() => cxone.stop());

  it('takes a 200 without a result for each record for no answer at all', async () => {
    cxone.simulator.addFault({ kind: 'garbage', match: { path: '/incontactapi' } });
    const contact = { phoneNumber: '+14155550100', preference: 'optOut' as const, eventTime: '2026-01-31T12:00:00Z' };
    const answer = await cxone.api.send([contact], { deadlineMs: clock.nowMs() + 40_000, timeoutMs: 5000 });
    expect(answer).toMatchObject({ kind: 'open', mayStillRun: true });
  });

  it('drains mixed wishes, reads each record’s result, and counts only the refused ones’ attempts', async () => {
    const relay = createDncRelay({
      clock,
      api: cxone.api,
      outside: memoryOutside(clock),
      settings: { maxAttempts: 2 },
    });
    const numbers = Array.from({ length: 250 }, (_, index) => numberOf(index));
    const bad = new Set([3, 120, 249].map(numberOf));
    for (const number of bad) {
      cxone.simulator.state.behaviours.set(number, { refuse: { status: 422, message: 'the group is full' } });
    }
    for (const [index, number] of numbers.entries()) {
      await relay.queue.put(eventOf(number, index % 2 === 0 ? 'optOut' : 'optIn', clock.nowMs()));
    }
    const before = cxone.requests().length;
    expect(await relay.run()).toMatchObject({ sent: 250, confirmed: 247, remaining: 3, requests: 4 });
    expect(
      cxone
        .requests()
        .slice(before)
        .map(({ method }) => method)
        .sort(),
    ).toEqual(['DELETE', 'DELETE', 'POST', 'POST']);
    await relay.runUntilDone(clock.advance);
    for (const [index, item] of (await relay.items(numbers)).entries()) {
      if (bad.has(item.phoneNumber)) expect(item).toMatchObject({ state: 'failed', lastError: 'the group is full' });
      else
        expect([item.state, heldBy(cxone, item.phoneNumber)]).toEqual(['synced', index % 2 === 0 ? 'optOut' : 'optIn']);
    }
  });

  it('keeps opt-outs and opt-ins in lanes of their own', () => {
    const contact = { phoneNumber: '+14155550100', eventTime: '2026-01-31T12:00:00Z' };
    const lane = (preference: 'optIn' | 'optOut') => cxone.api.laneOf({ ...contact, preference }, false).name;
    expect(lane('optIn')).not.toBe(lane('optOut'));
  });
});

describe('dnc-groups that refuse what is as wanted already', () => {
  const clock = fakeClock();
  const contact = { phoneNumber: '+14155550100', eventTime: '2026-01-31T12:00:00Z' };
  const dnc = { api: 'dnc-groups', groupId: GROUP_ID };
  const texts = { alreadyListedErrors: ['ALREADY exists'], notListedErrors: ['Not Found in'] };
  let cxone: SimulatedCxone;
  afterEach(() => cxone.stop());

  const start = async (settings: object) => {
    cxone = await startSimulatedCxone(clock, { ...dnc, ...settings });
    cxone.simulator.state.options.refuseUnchangedDncRecords = true;
  };
  const send = async (preference: 'optIn' | 'optOut') => {
    const limits = { deadlineMs: clock.nowMs() + 40_000, timeoutMs: 5000 };
    const answer = await cxone.api.send([{ ...contact, preference }], limits);
    return answer.kind === 'results' ? answer.results[0]?.kind : answer.kind;
  };

  it('count as refusing unless the stage file says by which words they tell', async () => {
    await start({});
    expect([await send('optIn'), await send('optOut'), await send('optOut')]).toEqual(['refused', 'taken', 'refused']);
  });

  it('are believed by those words, in any case, each list for its own preference', async () => {
    await start(texts);
    expect([await send('optIn'), await send('optOut'), await send('optOut')]).toEqual(['taken', 'taken', 'taken']);
    const refuse = { status: 422 as const, message: 'the country is not found in our plan' };
    cxone.simulator.state.behaviours.set(contact.phoneNumber, { refuse });
    expect([await send('optIn'), await send('optOut')]).toEqual(['taken', 'refused']);
  });

  it('cannot be believed by what is part of any words', async () => {
    await start({});
    for (const text of ['', ' ', 'a b'])
      expect(() => parseStage('test', { dnc: { ...dnc, notListedErrors: [text] } })).toThrow(/dnc\.notListedErrors/);
  });
});

function heldBy({ simulator: { state } }: SimulatedCxone, phoneNumber: string) {
  const contact = state.contacts.get(phoneNumber);
  if (contact) return contact.doNotCall ? 'optOut' : 'optIn';
  const record = state.dncGroups.get(GROUP_ID)?.get(phoneNumber.slice(1));
  return record && (record.expired ? 'optIn' : 'optOut');
}

function misbehave({ simulator }: SimulatedCxone, answer: NextAnswer, message?: string): void {
  const here = [{ path: '/api/v2/outbound' }, { path: '/incontactapi' }];
  const add = (fault: Parameters<typeof simulator.addFault>[0]) => {
    simulator.faults.clear();
    for (const match of here) simulator.addFault({ ...fault, match });
  };
  if (answer === 'reset') add({ kind: 'reset' });
  else if (answer === 'executed, then reset') add({ kind: 'reset-after' });
  else if (answer === '429 seconds') add({ kind: 'status', status: 429, retryAfter: '5' });
  else if (answer === '429 date') add({ kind: 'status', status: 429, retryAfter: 'date:5' });
  else if (answer === 'a page in HTML') add({ kind: 'garbage' });
  else add({ kind: 'status', status: Number(answer), ...(message && { message }), times: answer === '401' ? 2 : 1 });
}

const memoryFaults: Record<NextAnswer, MemoryFault> = {
  '500': { kind: 'status', status: 500 },
  '502': { kind: 'status', status: 502 },
  reset: { kind: 'no-answer', executedAfterMs: undefined },
  'executed, then reset': { kind: 'no-answer', executedAfterMs: 0 },
  '429 seconds': { kind: 'status', status: 429, retryAfterMs: 5000 },
  '429 date': { kind: 'status', status: 429, retryAfterMs: 5000 },
  'a page in HTML': { kind: 'no-answer', executedAfterMs: undefined },
  '202': { kind: 'no-answer', executedAfterMs: undefined },
  '401': { kind: 'status', status: 401 },
  '403': { kind: 'status', status: 403 },
  '404': { kind: 'status', status: 404 },
};
