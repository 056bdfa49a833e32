import { randomUUID } from 'node:crypto';
import type { AuditTrail } from '../platform/audit-port.ts';
import type { Clock } from '../platform/clock.ts';
import type { BatchAnswer, DncApi } from './dnc-api.ts';
import type { Sendable } from './group.ts';
import type { DncHistory } from './history.ts';
import type { LatenessSettings, LeaseCover } from './lease-cover.ts';

export interface RequestSenderSettings {
  api: DncApi;
  audit: AuditTrail;
  history: DncHistory;
  cover: LeaseCover;
  lateness: LatenessSettings;
  clock: Clock;
}

export interface Sent {
  requestId: string;
  answer: BatchAnswer;
  /** Until the answer came or the client gave up, the wait for token and limiter included. */
  tookMs: number;
}

/** Makes one request known before it is made: in the audit trail by id, count and digest, and in each number's history. */
export interface RequestSender {
  /** Undefined: the lease was lost and nothing was sent. Rejects as DncApi does, or when trail or history cannot be written. */
  send(members: readonly Sendable[]): Promise<Sent | undefined>;
  /** The outcome, for the trail. */
  conclude(requestId: string, members: readonly Sendable[], answer: BatchAnswer): Promise<void>;
}

const OPERATION = 'dnc batch';

export function createRequestSender(settings: RequestSenderSettings): RequestSender {
  const { api, audit, history, cover, lateness, clock } = settings;

  /** The digest ties the request to the histories (number, preference, event) without naming anyone. */
  const describe = async (members: readonly Sendable[]): Promise<Record<string, string | number>> => {
    const lines = members.map(({ item }) => `${item.phoneNumber} ${item.preference} ${item.eventId}\n`);
    const optOuts = members.filter(({ item }) => item.preference === 'optOut').length;
    const optIns = members.length - optOuts;
    return { contacts: members.length, optOuts, optIns, digest: await audit.digest(lines.join('')) };
  };
  const announce = async (requestId: string, members: readonly Sendable[]): Promise<void> => {
    const atMs = clock.nowMs();
    await audit.append({
      operation: OPERATION,
      subject: requestId,
      status: 'intent',
      details: await describe(members),
    });
    await history.append(
      members.map(({ item: { phoneNumber, eventId, preference, eventTime } }) => {
        return { phoneNumber, eventId, preference, eventTime, type: 'sent' as const, atMs, requestId };
      }),
    );
  };
  const fail = async (requestId: string, members: readonly Sendable[], error: string): Promise<void> =>
    audit.append({
      operation: OPERATION,
      subject: requestId,
      status: 'failure',
      details: { ...(await describe(members)), error },
    });

  return {
    async send(members) {
      if (!(await cover.ensure())) return undefined;
      const requestId = randomUUID();
      await announce(requestId, members);
      if (!(await cover.ensure())) {
        await fail(requestId, members, 'not sent: the lease was lost'); // announcing took very long
        return undefined;
      }
      const begunMs = clock.nowMs();
      const deadlineMs = begunMs + lateness.beginMs + lateness.timeoutMs;
      const contacts = members.map(({ contact }) => contact);
      try {
        const answer = await api.send(contacts, { deadlineMs, timeoutMs: lateness.timeoutMs });
        return { requestId, answer, tookMs: clock.nowMs() - begunMs };
      } catch (error) {
        await fail(requestId, members, error instanceof Error ? error.message : String(error));
        throw error;
      }
    },

    conclude: async (requestId, members, answer) =>
      audit.append({
        operation: OPERATION,
        subject: requestId,
        status: answer.kind === 'results' ? 'success' : answer.kind === 'open' ? 'unknown' : 'failure',
        details: { ...(await describe(members)), ...outcomeOf(answer) },
      }),
  };
}

function outcomeOf(answer: BatchAnswer): Record<string, string | number> {
  if (answer.kind === 'throttled') return { answer: 'throttled' };
  if (answer.kind !== 'results') return { answer: answer.kind, reason: answer.reason };
  const taken = answer.results.filter(({ kind }) => kind === 'taken').length;
  return { answer: 'results', taken, notTaken: answer.results.length - taken };
}
