import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Envelope } from '../events/envelope.ts';
import { MAX_STATE_BYTES, readInteractionUpdate } from '../events/interaction-update-event.ts';
import { PoisonError } from '../platform/errors.ts';
import { isConditionRefused } from '../platform/lease.ts';

/** One interaction's state as an update tells it. */
export interface InteractionState {
  interactionId: string;
  /** As CXone wrote it. */
  updatedTimestamp: string;
  /** Nanoseconds since the epoch: the source writes more digits than milliseconds have. */
  updatedAtNs: bigint;
  eventId: string;
  receivedAtMs: number;
  /** The update's body, text as CXone sent it. */
  body: string;
}

/** The newest state of each interaction, kept 30 days after its last update (contract §1, strategy `interaction`). */
export interface InteractionStates {
  /**
   * Stores the state unless a newer one stands (by `updatedTimestamp`; equal: the later receipt wins). `stored` also when
   * this very state stands already, so that a repeated write may go on where the first one broke off.
   */
  put(state: InteractionState): Promise<'stored' | 'older'>;
}

const KEPT_SECONDS = 30 * 86_400;

/** Throws PoisonError for a body that is no interaction update, or too large to be kept as a state. */
export function interactionStateOf({ body, eventId, receivedAtMs }: Envelope): InteractionState {
  const { interactionId, updatedTimestamp, updatedAtMs } = readInteractionUpdate(body);
  if (body.byteLength > MAX_STATE_BYTES) {
    throw new PoisonError(
      'state-too-large',
      `an interaction's state of ${body.byteLength} bytes cannot be stored; the table takes ${MAX_STATE_BYTES}`,
    );
  }
  const updatedAtNs = BigInt(updatedAtMs) * 1_000_000n + beyondMilliseconds(updatedTimestamp);
  return {
    interactionId,
    updatedTimestamp,
    updatedAtNs,
    eventId,
    receivedAtMs,
    body: Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'),
  };
}

/** Digits 4 to 9 of the seconds' fraction. */
function beyondMilliseconds(timestamp: string): bigint {
  const fraction = /[.,](\d+)/.exec(timestamp)?.[1] ?? '';
  return BigInt(fraction.slice(3, 9).padEnd(6, '0'));
}

const IS_NEWEST = `attribute_not_exists(interactionId) OR updatedAtNs < :updatedAtNs
  OR (updatedAtNs = :updatedAtNs AND receivedAtMs <= :receivedAtMs)`;
const STORE = `SET updatedAtNs = :updatedAtNs, updatedTimestamp = :updatedTimestamp, eventId = :eventId,
  receivedAtMs = :receivedAtMs, body = :body, expiresAt = :expiresAt`;

/** InteractionState in DynamoDB: one conditional write an update. Rejects with what the SDK says; time heals it. */
export function createInteractionStates(settings: {
  dynamo: Pick<DynamoDBClient, 'send'>;
  table: string;
}): InteractionStates {
  return {
    async put(state) {
      try {
        await settings.dynamo.send(
          new UpdateItemCommand({
            TableName: settings.table,
            Key: { interactionId: { S: state.interactionId } },
            ConditionExpression: IS_NEWEST,
            UpdateExpression: STORE,
            ExpressionAttributeValues: {
              ':updatedAtNs': { N: String(state.updatedAtNs) }, // 19 digits of the 38 that DynamoDB compares exactly
              ':updatedTimestamp': { S: state.updatedTimestamp },
              ':eventId': { S: state.eventId },
              ':receivedAtMs': { N: String(state.receivedAtMs) },
              ':body': { S: state.body },
              ':expiresAt': { N: String(Math.floor(state.receivedAtMs / 1000) + KEPT_SECONDS) },
            },
          }),
        );
        return 'stored';
      } catch (error) {
        if (isConditionRefused(error)) return 'older';
        throw error;
      }
    },
  };
}
