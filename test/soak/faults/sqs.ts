import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { LoopbackServer } from '../../../local/embedded/loopback-server.ts';
import type { Dice } from '../dice.ts';
import { type Behaviour, PASS, startAwsProxy } from './aws-proxy.ts';
import type { Fault, FaultyPart } from './fault.ts';

/** SQS as one relay sees it. */
export interface FaultySqs {
  proxy: LoopbackServer;
  /** What the relay held when it died becomes visible, as it would after the visibility time-out, but now. */
  releaseAll(): Promise<void>;
}

type Json = Record<string, unknown>;
type Misbehave = (operation: string, request: Json) => Behaviour;

const REFUSED: Behaviour = {
  kind: 'answer',
  status: 503,
  json: { __type: 'com.amazonaws.sqs#ServiceUnavailable', message: 'service unavailable' },
};
const only =
  (operations: RegExp, behaviour: Behaviour): Misbehave =>
  (operation) =>
    operations.test(operation) ? behaviour : PASS;

/** A delete that is answered and forgotten: SQS hands the message out again. */
function forgetDelete(operation: string, request: Json): Behaviour {
  if (operation !== 'DeleteMessageBatch') return PASS;
  const entries = request.Entries as { Id: string }[];
  return { kind: 'answer', status: 200, json: { Successful: entries.map(({ Id }) => ({ Id })), Failed: [] } };
}

const WORK = /^(SendMessage|ReceiveMessage|DeleteMessageBatch|ChangeMessageVisibilityBatch)$/;
const MISBEHAVIOURS: Readonly<Record<string, Misbehave>> = {
  'refusing sends': only(/^SendMessage$/, REFUSED),
  'breaking after taking a send': only(/^SendMessage$/, { kind: 'break-after' }),
  'hanging on sends': only(/^SendMessage$/, { kind: 'hang' }),
  'delivering twice': forgetDelete,
  'losing deletes': only(/^DeleteMessageBatch$/, { kind: 'break-before' }),
  'breaking after a delete': only(/^DeleteMessageBatch$/, { kind: 'break-after' }),
  'breaking after handing out': only(/^ReceiveMessage$/, { kind: 'break-after' }),
  'refusing visibility changes': only(/^ChangeMessageVisibilityBatch$/, REFUSED),
  'failing altogether': only(WORK, REFUSED),
};

/** How soon a message comes back that nobody holds any more; 6 minutes in a deployment. */
const BACK_AFTER_MS = 1500;
/** When the client has given up its attempts at receiving or deleting. */
const ATTEMPTS_OVER_MS = 6000;

export interface SqsFaultSettings {
  target: string;
  /** Straight to the target. */
  sqs: SQSClient;
  /** Names the present span of the queue's deduplication, which is five minutes in AWS. */
  dedupSpan: () => number;
}

/** The misbehaviour of now, common to the proxies of all relays. */
export interface SqsMisbehaviour {
  part: FaultyPart;
  behave: Misbehave;
}

export function sqsMisbehaviour(): SqsMisbehaviour {
  let now: { misbehave: Misbehave; share: number; dice: Dice } | undefined;
  const faults = Object.entries(MISBEHAVIOURS).map(
    ([name, misbehave]): Fault => ({
      name,
      weight: 1,
      lastsMs: [500, 4000],
      begin(dice) {
        now = { misbehave, share: dice.pick([0.3, 1]), dice };
        return () => {
          now = undefined;
        };
      },
    }),
  );
  return {
    part: { name: 'SQS', calmMs: [2000, 8000], faults },
    behave: (operation, request) => (now?.dice.chance(now.share) ? now.misbehave(operation, request) : PASS),
  };
}

export async function faultySqs(
  { target, sqs, dedupSpan }: SqsFaultSettings,
  { behave }: SqsMisbehaviour,
): Promise<FaultySqs> {
  /** Queue URL by receipt handle of everything the relay has been given. */
  const held = new Map<string, string>();
  /** Handles whose answer was lost. A receive that is repeated gets them again (ReceiveRequestAttemptId): then they are held after all. */
  const lost = new Set<string>();
  const release = async (handle: string, QueueUrl: string) => {
    held.delete(handle);
    const change = { QueueUrl, ReceiptHandle: handle, VisibilityTimeout: 0 };
    await sqs.send(new ChangeMessageVisibilityCommand(change)).catch(() => undefined); // deleted or given out again meanwhile
  };
  const releaseLater = (handles: readonly string[], queueUrl: string, afterMs = BACK_AFTER_MS) =>
    setTimeout(() => handles.forEach((handle) => void release(handle, queueUrl)), afterMs).unref();
  const releaseLost = (handles: readonly string[], queueUrl: string) => {
    const releaseStillLost = () =>
      handles.filter((handle) => lost.delete(handle)).map((handle) => release(handle, queueUrl));
    setTimeout(releaseStillLost, ATTEMPTS_OVER_MS).unref();
  };
  const handlesOf = (entries: unknown) =>
    ((entries ?? []) as { ReceiptHandle: string }[]).map(({ ReceiptHandle }) => ReceiptHandle);

  const proxy = await startAwsProxy({
    target,
    behave(operation, request) {
      const behaviour = behave(operation, request);
      if (behaviour.kind === 'break-before' && operation === 'DeleteMessageBatch')
        releaseLater(handlesOf(request.Entries), String(request.QueueUrl), ATTEMPTS_OVER_MS);
      return behaviour;
    },
    rewrite: (operation, request) => {
      if (operation !== 'SendMessage' || request.MessageAttributes !== undefined) return request;
      return { ...request, MessageDeduplicationId: `${String(request.MessageDeduplicationId)}.${dedupSpan()}` };
    },
    onExecuted(operation, request, answer, reached) {
      const queueUrl = String(request.QueueUrl);
      if (operation === 'ReceiveMessage') {
        const handles = handlesOf(answer.Messages);
        for (const handle of handles) {
          held.set(handle, queueUrl);
          if (reached) lost.delete(handle);
          else lost.add(handle);
        }
        if (!reached) releaseLost(handles, queueUrl);
      } else if (operation === 'DeleteMessageBatch' || operation === 'ChangeMessageVisibilityBatch') {
        for (const handle of handlesOf(request.Entries)) held.delete(handle);
      }
    },
    onAnswered(operation, request) {
      if (/^(Delete|ChangeMessageVisibility)/.test(operation))
        releaseLater(handlesOf(request.Entries), String(request.QueueUrl));
    },
  });
  return {
    proxy,
    releaseAll: async () => void (await Promise.all([...held].map(([handle, queueUrl]) => release(handle, queueUrl)))),
  };
}
