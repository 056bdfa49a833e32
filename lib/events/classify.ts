import { type ContactActionBody, contactActionSchema } from './contact-action-event.ts';
import { type DataActionBody, dataActionSchema } from './data-action-event.ts';
import { type DncBody, dncSchema } from './dnc-event.ts';
import { type Fault, fieldErrors } from './fields.ts';
import { type InteractionUpdateBody, interactionUpdateSchema } from './interaction-update-event.ts';
import { InvalidEventError } from './invalid-event.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import { EVENT_KINDS, type EventKind, INTERACTION_UPDATE_TYPE } from './kinds.ts';

/** A body that has the shape of its kind; whether its values make sense is not known yet. */
export type ClassifiedEvent =
  | { kind: 'dnc'; body: DncBody }
  | { kind: 'contact-action'; body: ContactActionBody }
  | { kind: 'data-action'; body: DataActionBody }
  | { kind: 'interaction-update'; body: InteractionUpdateBody };

interface Shape {
  required: readonly string[];
  /** Those of `required` that mark the kind; a `timestamp` alone tells nothing. */
  telling: readonly string[];
  schema: { safeParse(body: unknown): { success: boolean; data?: unknown; error?: { issues: readonly Fault[] } } };
}

const SHAPES: Record<EventKind, Shape> = {
  dnc: {
    required: ['phoneNumber', 'eventName', 'timestamp'],
    telling: ['phoneNumber', 'eventName'],
    schema: dncSchema,
  },
  'contact-action': { required: ['actionType'], telling: ['actionType'], schema: contactActionSchema },
  'data-action': { required: ['eventType', 'data'], telling: ['eventType', 'data'], schema: dataActionSchema },
  'interaction-update': {
    required: ['interactionId', 'dataActionId', 'updatedTimestamp'],
    telling: ['interactionId', 'dataActionId', 'updatedTimestamp'],
    schema: interactionUpdateSchema,
  },
};

/**
 * The first kind, in contract §1's order, whose required fields are there with the right types.
 * @throws InvalidEventError naming the missing or mistyped fields of the kind that the body resembles most
 */
export function classify(body: unknown): ClassifiedEvent {
  if (!isJsonObject(body)) throw new InvalidEventError('unknown-shape', 'the body must be a JSON object');
  for (const kind of EVENT_KINDS) {
    const { required, schema } = SHAPES[kind];
    if (!required.every((field) => Object.hasOwn(body, field))) continue; // cheaper than having the schema refuse it
    const result = schema.safeParse(body);
    if (result.success) return { kind, body: result.data } as ClassifiedEvent;
  }
  throw refusal(body);
}

/** `actionType`/`eventType`, the routing table's key; null for DNC events, which no topic takes. */
export function routingTypeOf(event: ClassifiedEvent): string | null {
  switch (event.kind) {
    case 'dnc':
      return null;
    case 'contact-action':
      return event.body.actionType;
    case 'data-action':
      return event.body.eventType;
    case 'interaction-update':
      return INTERACTION_UPDATE_TYPE;
  }
}

function refusal(body: JsonObject): InvalidEventError {
  const kind = mostResembled(body);
  if (kind === undefined) {
    const shapes = EVENT_KINDS.map((each) => `${each} (${SHAPES[each].required.join(', ')})`);
    return new InvalidEventError('unknown-shape', `the body has none of the known shapes: ${shapes.join('; ')}`);
  }
  const issues = SHAPES[kind].schema.safeParse(body).error?.issues ?? [];
  return new InvalidEventError('invalid-field', `the body is no valid ${kind} event`, fieldErrors(issues));
}

/** The kind of which the greatest part of the telling fields is there; of equals the first. */
function mostResembled(body: JsonObject): EventKind | undefined {
  let best: EventKind | undefined;
  let bestShare = 0;
  for (const kind of EVENT_KINDS) {
    const { telling } = SHAPES[kind];
    const share = telling.filter((field) => Object.hasOwn(body, field)).length / telling.length;
    if (share > bestShare) [best, bestShare] = [kind, share];
  }
  return best;
}
