import { expect } from '@jest/globals';
import type { DncEvent, DncPreference } from '../../../../lib/dnc/types.ts';
import { seededRandom } from '../../../../local/simulator/random.ts';
import type { LoggedRequest } from '../../../../local/simulator/request-log.ts';
import type { FakeClock } from '../../../support/clock.ts';
import { createDncRelay, eventOf, MINUTE_MS, numberOf } from './dnc-relay.ts';
import type { Outside } from './outside.ts';
import type { SimulatedCxone } from './simulated-cxone.ts';

export interface SoakSettings {
  clock: FakeClock;
  outside: Outside;
  cxone: SimulatedCxone;
  numbers: number;
  events: number;
  seed: number;
  /** Events that come between two runs. */
  eventsPerRun: number;
}

/** Events of one number among them race, as they may. */
const PUTS_AT_ONCE = 25;
const HOUR_MS = 60 * MINUTE_MS;
const API = { path: '/api/v2/outbound' };

/**
 * Events in random order, with repeats, equal timestamps and late arrivals, against a CXone that throttles, fails, resets,
 * conflicts, refuses 1 % of the numbers and forgets its tokens; then everything the issue asks for is checked.
 */
export async function soak({ clock, outside, cxone, ...size }: SoakSettings) {
  const random = seededRandom(size.seed);
  const relay = createDncRelay({ clock, api: cxone.api, outside, settings: { maxAttempts: 4 } });
  const numbers = Array.from({ length: size.numbers }, (_, index) => numberOf(index));
  const bad = new Set(numbers.filter((_, index) => index % 100 === 7));
  for (const [index, number] of numbers.entries()) {
    if (bad.has(number))
      cxone.simulator.state.behaviours.set(number, {
        refuse: { status: index % 200 === 7 ? 422 : 400, message: `no list for ${index}` },
      });
    else if (index % 100 === 31) cxone.simulator.state.behaviours.set(number, { conflict: 'with-id' });
    else if (index % 100 === 63) cxone.simulator.state.behaviours.set(number, { conflict: 'without-id' });
  }
  for (const fault of [
    { kind: 'status', status: 429, retryAfter: '3', rate: 0.02 },
    { kind: 'status', status: 429, retryAfter: 'date:4', rate: 0.02 },
    { kind: 'status', status: 500, rate: 0.03 },
    { kind: 'reset', rate: 0.01 },
    { kind: 'reset-after', rate: 0.01 },
  ] as const) {
    cxone.simulator.addFault({ ...fault, match: API });
  }
  const events = makeEvents(numbers, size.events, clock.nowMs(), random);
  const newest = new Map<string, DncEvent>();
  for (let at = 0; at < events.length; at += size.eventsPerRun) {
    const some = events.slice(at, at + size.eventsPerRun);
    for (let from = 0; from < some.length; from += PUTS_AT_ONCE) {
      const together = some.slice(from, from + PUTS_AT_ONCE);
      await Promise.all(together.map((event) => relay.queue.put({ ...event, receivedAtMs: clock.nowMs() })));
    }
    for (const event of some) {
      const former = newest.get(event.phoneNumber);
      if (!former || isNewer(event, former)) newest.set(event.phoneNumber, event);
    }
    await relay.runAny();
    clock.advance(MINUTE_MS);
    if (at <= events.length / 2 && events.length / 2 < at + size.eventsPerRun) cxone.simulator.revokeTokens();
  }
  await relay.runUntilDone(clock.advance);
  cxone.simulator.faults.clear();
  expectEndState({ newest, bad, relay, cxone, numbers: [...newest.keys()] });
  await expectStates(relay, newest, bad);
  expectLimitsKept(cxone);
  if (size.numbers >= 1000) expectEveryFault(cxone);
  return { requests: cxone.requests().length };
}

function makeEvents(numbers: readonly string[], count: number, nowMs: number, random: () => number): DncEvent[] {
  const events: DncEvent[] = [];
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const preference = (): DncPreference => (random() < 0.5 ? 'optIn' : 'optOut');
  for (const number of numbers) events.push(eventOf(number, preference(), nowMs - Math.floor(random() * HOUR_MS)));
  while (events.length < count) {
    const former = pick(events);
    const dice = random();
    if (dice < 0.2) events.push(former);
    else if (dice < 0.4) events.push(eventOf(former.phoneNumber, preference(), Date.parse(former.eventTime)));
    else events.push(eventOf(former.phoneNumber, preference(), nowMs - Math.floor(random() * HOUR_MS)));
  }
  for (let index = events.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [events[index], events[other]] = [events[other] as DncEvent, events[index] as DncEvent];
  }
  return events;
}

function isNewer(a: DncEvent, b: DncEvent): boolean {
  if (a.eventTime !== b.eventTime) return a.eventTime > b.eventTime;
  return a.preference === 'optOut' && b.preference === 'optIn';
}

interface End {
  newest: Map<string, DncEvent>;
  bad: Set<string>;
  relay: ReturnType<typeof createDncRelay>;
  cxone: SimulatedCxone;
  numbers: string[];
}

function expectEndState({ newest, bad, cxone }: End): void {
  const expected: Record<string, unknown> = {};
  for (const { phoneNumber, preference, eventTime } of newest.values()) {
    if (bad.has(phoneNumber)) continue;
    expected[phoneNumber] =
      preference === 'optOut' ? { doNotCall: true, optOutDate: eventTime } : { doNotCall: false, optOutDate: null };
  }
  const held: Record<string, unknown> = {};
  for (const { phoneNumber, doNotCall, optOutDate } of cxone.simulator.state.contacts.values())
    held[phoneNumber] = { doNotCall, optOutDate };
  expect(held).toEqual(expected);
}

async function expectStates(relay: End['relay'], newest: End['newest'], bad: End['bad']): Promise<void> {
  const items = await relay.items([...newest.keys()]);
  expect(items).toHaveLength(newest.size);
  const wrong = items.filter(({ phoneNumber, state, attempts, lastError, preference }) => {
    if (preference !== newest.get(phoneNumber)?.preference) return true;
    if (!bad.has(phoneNumber)) return state !== 'synced';
    return state !== 'failed' || attempts !== 4 || !/^4(00|22): .*no list for/.test(lastError ?? '');
  });
  expect(wrong).toEqual([]);
}

function expectLimitsKept(cxone: SimulatedCxone): void {
  expect(cxone.simulator.state.violations).toEqual([]);
  const requests = cxone.requests();
  let closedUntilMs = 0;
  const wrong = requests.filter((request) => {
    const contacts = contactsOf(request);
    const tooEarly = request.receivedAtMs < closedUntilMs;
    // An HTTP date has no milliseconds: 4 s may be 3 s and a bit.
    if (request.status === 429 && request.fault === 'status') closedUntilMs = (request.answeredAtMs ?? 0) + 3000;
    const namesAnother = contacts.length > 1 && contacts.some((contact) => 'existingRecordId' in contact);
    return tooEarly || contacts.length > 100 || namesAnother;
  });
  expect(wrong).toEqual([]);
}

/** A soak that met no fault shows nothing. */
function expectEveryFault(cxone: SimulatedCxone): void {
  const seen = new Set(cxone.requests().map(({ status, fault }) => fault ?? String(status)));
  for (const kind of ['200', '409', '422', '400', '401', 'status', 'reset', 'reset-after'])
    expect(seen).toContain(kind);
}

const contactsOf = ({ body }: LoggedRequest): Record<string, unknown>[] =>
  (body as { contacts: Record<string, unknown>[] }).contacts;
