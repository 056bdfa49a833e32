import { CxoneError } from '../../../../lib/cxone/types.ts';
import type { BatchAnswer, DncApi, DncContact } from '../../../../lib/dnc/dnc-api.ts';
import type { Clock } from '../../../../lib/platform/clock.ts';
import { ConfigError } from '../../../../lib/platform/errors.ts';

export type MemoryFault =
  | { kind: 'status'; status: number; retryAfterMs?: number }
  /** No answer; executed never (undefined) or so long after the client gave up, 0: at once. */
  | { kind: 'no-answer'; executedAfterMs: number | undefined };

export interface MemoryRequest {
  atMs: number;
  contacts: DncContact[];
}

export interface MemoryDncApi extends DncApi {
  /** What CXone holds now, late executions included. */
  held(): Map<string, DncContact>;
  requests: MemoryRequest[];
  /** Contacts refused wherever they appear, with the reason. */
  refused: Map<string, string>;
  /** Contacts that make the whole request end in 500. */
  poisonous: Set<string>;
  /** Contacts that answer 409 until repeated as an upsert; with an id: until it is named. */
  conflicts: Map<string, string | undefined>;
  /** Asked once a request. */
  fault: (contacts: readonly DncContact[]) => MemoryFault | undefined;
  /** Called while a request is under way, before it is executed. */
  onSend: (contacts: readonly DncContact[]) => Promise<void>;
}

/** CXone's outbound form in memory, by the test's own clock: requests may be executed minutes after the client gave up. */
export function memoryDncApi(clock: Clock): MemoryDncApi {
  const taken = new Map<string, DncContact>();
  const late: { atMs: number; contacts: readonly DncContact[] }[] = [];
  const execute = (contacts: readonly DncContact[]): void => {
    for (const contact of contacts) taken.set(contact.phoneNumber, contact);
  };
  const catchUp = (): void => {
    late.sort((a, b) => a.atMs - b.atMs);
    for (let next = late[0]; next && next.atMs <= clock.nowMs(); next = late[0]) {
      execute(next.contacts);
      late.shift();
    }
  };

  const answer = (contacts: readonly DncContact[]): BatchAnswer => {
    for (const { phoneNumber } of contacts) {
      if (api.poisonous.has(phoneNumber)) return { kind: 'open', reason: '500: poisoned', mayStillRun: true };
      const reason = api.refused.get(phoneNumber);
      if (reason !== undefined) return { kind: 'refused', reason };
    }
    for (const { phoneNumber, upsert } of contacts) {
      if (!api.conflicts.has(phoneNumber) || taken.has(phoneNumber)) continue;
      const id = api.conflicts.get(phoneNumber);
      if (id !== undefined && upsert?.existingRecordId !== id)
        return { kind: 'conflict', existingRecordId: id, reason: '409: exists' };
      if (upsert === undefined) return { kind: 'conflict', reason: '409: exists' };
    }
    execute(contacts);
    return { kind: 'results', results: contacts.map(() => ({ kind: 'taken' })) };
  };

  const answerFault = (fault: MemoryFault, contacts: readonly DncContact[], timeoutMs: number): BatchAnswer => {
    if (fault.kind === 'no-answer') {
      const gaveUpMs = clock.nowMs() + (fault.executedAfterMs === 0 ? 0 : timeoutMs);
      if (fault.executedAfterMs !== undefined) late.push({ atMs: gaveUpMs + fault.executedAfterMs, contacts });
      void clock.sleep(gaveUpMs - clock.nowMs());
      return { kind: 'open', reason: 'no answer', mayStillRun: true };
    }
    const { status, retryAfterMs } = fault;
    if (status === 401) throw new CxoneError('unauthorized', 'CXone answered 401; check the cxone secret', { status });
    if (status === 403)
      throw new CxoneError('forbidden', 'CXone answered 403; grant outbound:contacts:write', { status });
    if (status === 404) throw new ConfigError('cxone.paths.outboundContacts', 'CXone answered 404');
    if (status === 429) return { kind: 'throttled', retryAfterMs };
    return { kind: 'open', reason: `${status}: simulated`, mayStillRun: true };
  };

  const api: MemoryDncApi = {
    held: () => {
      catchUp();
      return taken;
    },
    requests: [],
    refused: new Map(),
    poisonous: new Set(),
    conflicts: new Map(),
    fault: () => undefined,
    onSend: async () => undefined,
    laneOf: (_contact, wasRefused) => (wasRefused ? { name: 'alone', limit: 1 } : { name: 'all', limit: 100 }),
    async send(contacts, { timeoutMs }) {
      catchUp();
      api.requests.push({ atMs: clock.nowMs(), contacts: [...contacts] });
      if (contacts.length > 100) return { kind: 'refused', reason: '400: more than 100' };
      const fault = api.fault(contacts);
      await api.onSend(contacts);
      return fault === undefined ? answer(contacts) : answerFault(fault, contacts, timeoutMs);
    },
  };
  return api;
}
