import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Simulated, simulated } from './support.ts';

let cxone: Simulated;
beforeEach(async () => {
  cxone = await simulated();
});
afterEach(() => cxone.close());

const [ONE, TWO, THREE] = ['+14155550101', '+14155550102', '+14155550103'];
const contact = (phoneNumber: string, extra: Record<string, unknown> = {}) => ({
  phone: { phoneNumber },
  dnc: { doNotCall: true, optOutDate: '2026-01-31T12:00:00Z' },
  ...extra,
});
const post = (...contacts: unknown[]) => cxone.call('POST', '/api/v2/outbound/contacts', { contacts });
const held = () => [...cxone.simulator.state.contacts.keys()];

describe('outbound contacts', () => {
  it('takes a batch whole, and keeps what each contact said last', async () => {
    expect((await post(contact(ONE), contact(TWO))).status).toBe(200);
    await post({ phone: { phoneNumber: ONE }, dnc: { doNotCall: false } });
    expect(cxone.simulator.state.contacts.get(ONE)).toMatchObject({ doNotCall: false, optOutDate: null, updates: 2 });
    expect(cxone.simulator.state.contacts.get(TWO)).toMatchObject({
      doNotCall: true,
      optOutDate: '2026-01-31T12:00:00Z',
    });
  });

  it('refuses a batch with one refused contact, taking none of it', async () => {
    cxone.simulator.state.behaviours.set(TWO, { refuse: { status: 422, message: 'not a number we call' } });
    expect(await post(contact(ONE), contact(TWO))).toMatchObject({
      status: 422,
      body: { message: 'not a number we call' },
    });
    expect(held()).toEqual([]);
  });

  it('answers 409 until the upsert comes, with its id alone in a request where it named one', async () => {
    cxone.simulator.state.behaviours.set(ONE, { conflict: 'without-id' });
    cxone.simulator.state.behaviours.set(TWO, { conflict: 'with-id' });
    expect((await post(contact(ONE))).body).not.toHaveProperty('existingRecordId');
    expect((await post(contact(ONE, { updateMode: 'upsert' }))).status).toBe(200);
    const conflict = await post(contact(TWO, { updateMode: 'upsert' }));
    expect(conflict.status).toBe(409);
    const withId = contact(TWO, { updateMode: 'upsert', existingRecordId: conflict.body.existingRecordId });
    expect((await post(contact(THREE), withId)).status).toBe(400);
    expect(cxone.simulator.state.violations.map(({ rule }) => rule)).toEqual(['existing-record-id']);
    expect((await post(withId)).status).toBe(200);
    expect(held()).toEqual([ONE, TWO]);
  });

  it('refuses more than 100, an opt-out without a date, an opt-in with one, and no contacts', async () => {
    const many = Array.from({ length: 101 }, (_, index) => contact(`+1415555${1000 + index}`));
    expect((await post(...many)).status).toBe(400);
    expect((await post({ phone: { phoneNumber: ONE }, dnc: { doNotCall: true } })).status).toBe(400);
    const optInWithDate = { doNotCall: false, optOutDate: '2026-01-31T12:00:00Z' };
    expect((await post({ phone: { phoneNumber: ONE }, dnc: optInWithDate })).status).toBe(400);
    expect((await post()).status).toBe(400);
    expect(cxone.simulator.state.violations.map(({ rule }) => rule)).toEqual(['batch-size']);
  });
});

describe('dnc-groups', () => {
  const path = '/incontactapi/services/v30/dnc-groups/77/records';
  const records = (...numbers: (string | number)[]) => ({
    dncGroupRecords: numbers.map((phoneNumber) => ({ phoneNumber })),
  });

  it('answers 200 with a result for each record in order, numbers or digits alike', async () => {
    cxone.simulator.state.behaviours.set(TWO, { refuse: { status: 400, message: 'inventory limit' } });
    const added = await cxone.call('POST', path, records('14155550101', 14155550102, '+14155550103'));
    expect(added).toMatchObject({
      status: 200,
      body: {
        resultSet: {
          errorCount: 2,
          recordResults: [
            { success: true, formattedPhone: '14155550101' },
            { success: false, error: 'inventory limit' },
            { success: false, error: 'phoneNumber must be digits' },
          ],
        },
      },
    });
    expect(cxone.simulator.state.dncGroups.get('77')?.get('14155550101')).toMatchObject({ expired: false });
  });

  it('refuses records that are as wanted already, where it is told to', async () => {
    const errorsOf = async (method: string) => {
      const { body } = await cxone.call(method, path, records('14155550101'));
      const summary = (body.resultSet ?? body) as { recordResults: { error: string }[] };
      return summary.recordResults.map(({ error }) => error);
    };
    cxone.simulator.state.options.refuseUnchangedDncRecords = true;
    const nothingToExpire = [expect.stringMatching(/not found/)];
    expect(await errorsOf('DELETE')).toEqual(nothingToExpire);
    expect(await errorsOf('POST')).toEqual(['']);
    expect(await errorsOf('POST')).toEqual([expect.stringMatching(/already exists/)]);
    expect(await errorsOf('DELETE')).toEqual(['']);
    expect(await errorsOf('DELETE')).toEqual(nothingToExpire);
  });

  it('expires by DELETE with a body, answering without resultSet', async () => {
    await cxone.call('POST', path, records('14155550101'));
    const expired = await cxone.call('DELETE', path, records('14155550101'));
    expect(expired.body).toMatchObject({ errorCount: 0, recordResults: [{ success: true }] });
    expect(cxone.simulator.state.dncGroups.get('77')?.get('14155550101')).toMatchObject({ expired: true });
  });
});
