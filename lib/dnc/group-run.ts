import type { AnswerSteps, Step, Stop } from './answer-steps.ts';
import type { BatchSize } from './batch-size.ts';
import type { Fates, Tally } from './fates.ts';
import { type Group, groupOf, piecesOf } from './group.ts';
import type { RequestSender } from './request-sender.ts';
import type { DncItem } from './types.ts';

export interface GroupRunSettings {
  sender: RequestSender;
  steps: AnswerSteps;
  fates: Fates;
  size: BatchSize;
  timeLeftMs: () => number;
}

export interface GroupRun {
  /** Sends until each has its fate, or the run must stop. Rejects with what only a person can mend, or when a table is away. */
  send(items: readonly DncItem[]): Promise<Stop | undefined>;
  /**
   * Writes `notBefore` for every number of which a request may still be executed. Must have resolved before such a number may
   * be sent again, so at the end of each pass, and before the lease is released; after a rejection the lease is left to expire,
   * which covers them (see LeaseCover).
   */
  settle(stop: Stop | undefined): Promise<void>;
}

/** Groups wait on a stack, so that a split one is finished before the next begins and the stack stays short. */
export function createGroupRun(settings: GroupRunSettings, tally: Tally): GroupRun {
  const { sender, steps, fates, size, timeLeftMs } = settings;
  let unsent: Group[] = [];
  const counted = new Set<DncItem>();

  const request = async (group: Group): Promise<Step> => {
    const sent = await sender.send(group.members);
    if (sent === undefined) return { next: [group], stop: 'lease-lost' };
    tally.requests++;
    for (const { item } of group.members) counted.add(item);
    tally.sent = counted.size;
    const { requestId, answer } = sent;
    const [step, told] = await Promise.allSettled([
      steps.onAnswer(group, sent),
      sender.conclude(requestId, group.members, answer),
    ]);
    if (step.status === 'rejected') throw step.reason;
    if (told.status === 'rejected') throw told.reason;
    return step.value;
  };

  const step = async (group: Group): Promise<Step> => {
    if (group.members.length > size.current()) return { next: piecesOf(group, size.current()) };
    if (timeLeftMs() < 0) return { next: [group], stop: 'time' };
    return request(group);
  };

  return {
    async send(items) {
      const waiting = [groupOf(items)];
      try {
        for (let group = waiting.at(-1); group !== undefined; group = waiting.at(-1)) {
          const { next, stop } = await step(group); // when it throws, the group stays for settle
          waiting.splice(-1, 1, ...next);
          if (stop !== undefined) return stop;
        }
        return undefined;
      } finally {
        unsent.push(...waiting);
      }
    },

    async settle(stop) {
      await steps.settleAlone(stop);
      for (const group of unsent) await fates.holdBack(group);
      unsent = [];
    },
  };
}
