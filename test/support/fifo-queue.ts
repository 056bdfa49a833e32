import type { SQSRecord } from 'aws-lambda';
import type { Envelope } from '../../lib/events/envelope.ts';
import type { FakeClock } from './clock.ts';
import { queued } from './queued-events.ts';

interface Message {
  envelope: Envelope;
  messageId: string;
  groupId: string;
  receiveCount: number;
  visibleAtMs: number;
  inFlight: boolean;
}

/**
 * An SQS FIFO queue as AWS runs it, which the embedded one is not: a receive hands out several messages of one group, and
 * nothing of a group while one of it is in flight or waits for its visibility.
 */
export function fifoQueue(clock: FakeClock, visibilityMs: number) {
  let messages: Message[] = [];
  const wake = (message: Message) => {
    if (message.visibleAtMs <= clock.nowMs()) message.inFlight = false;
  };
  return {
    get size() {
      return messages.length;
    },
    /** When the next message that is out with a receiver comes back. */
    nextVisibleMs: () => Math.min(...messages.flatMap((one) => (one.inFlight ? [one.visibleAtMs] : []))),
    send(envelope: Envelope) {
      const { messageId, attributes } = queued(envelope);
      const groupId = attributes.MessageGroupId ?? messageId;
      messages.push({ envelope, messageId, groupId, receiveCount: 0, visibleAtMs: 0, inFlight: false });
    },
    receive(most = 10): SQSRecord[] {
      messages.forEach(wake);
      const locked = new Set(messages.filter(({ inFlight }) => inFlight).map(({ groupId }) => groupId));
      const taken = messages.filter(({ groupId }) => !locked.has(groupId)).slice(0, most);
      return taken.map((message) => {
        message.receiveCount++;
        message.inFlight = true;
        message.visibleAtMs = clock.nowMs() + visibilityMs;
        return queued(message.envelope, { messageId: message.messageId, receiveCount: message.receiveCount });
      });
    },
    /** What Lambda does with the handler's answer: deletes all but the failures. */
    settle(records: readonly SQSRecord[], failed: readonly string[], delays: ReadonlyMap<string, number>) {
      const done = new Set(records.map(({ messageId }) => messageId).filter((id) => !failed.includes(id)));
      messages = messages.filter(({ messageId }) => !done.has(messageId));
      for (const message of messages.filter(({ messageId }) => failed.includes(messageId))) {
        const delaySeconds = delays.get(`handle-${message.messageId}`);
        if (delaySeconds !== undefined) message.visibleAtMs = clock.nowMs() + delaySeconds * 1000;
      }
    },
  };
}
