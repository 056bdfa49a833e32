import * as z from 'zod/mini';
import { fieldErrors, jsonObject, keyText, text } from './fields.ts';
import { InvalidEventError } from './invalid-event.ts';
import { type JsonObject, parseJson } from './json.ts';
import { iso8601Ms } from './timestamps.ts';

/** What of an update can be kept as its interaction's state: a DynamoDB item holds 400 KB, names and the rest included. */
export const MAX_STATE_BYTES = 390_000;

/** Kind `interaction-update` (contract §1): the newest state of an interaction's data action. */
export const interactionUpdateSchema = z.object({
  interactionId: keyText(),
  dataActionId: text(),
  updatedTimestamp: text(),
  payload: z.optional(jsonObject()),
});
export type InteractionUpdateBody = z.output<typeof interactionUpdateSchema>;

export interface InteractionUpdateReading {
  /** 1 to 1,024 bytes of well-formed Unicode: fit for a DynamoDB key. */
  interactionId: string;
  dataActionId: string;
  /** As CXone wrote it. */
  updatedTimestamp: string;
  /** Milliseconds since the epoch. */
  updatedAtMs: number;
  payload: JsonObject | undefined;
}

/** @throws InvalidEventError when the timestamp is not ISO 8601 */
export function interactionUpdateReading(body: InteractionUpdateBody): InteractionUpdateReading {
  const { interactionId, dataActionId, updatedTimestamp, payload } = body;
  const updatedAtMs = iso8601Ms(updatedTimestamp);
  if (updatedAtMs === undefined) {
    const message = 'must be an ISO 8601 date and time that exists, such as 2026-01-31T12:00:00Z';
    throw new InvalidEventError('invalid-field', 'the timestamp is unreadable', [
      { path: 'updatedTimestamp', message },
    ]);
  }
  return { interactionId, dataActionId, updatedTimestamp, updatedAtMs, payload };
}

/** What a queued `interaction-update` body says. @throws InvalidEventError (a PoisonError), as `readDnc` */
export function readInteractionUpdate(body: Uint8Array): InteractionUpdateReading {
  const result = interactionUpdateSchema.safeParse(parseJson(body));
  if (!result.success)
    throw new InvalidEventError('invalid-field', 'the body is no interaction update', fieldErrors(result.error.issues));
  return interactionUpdateReading(result.data);
}
