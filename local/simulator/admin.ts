import * as z from 'zod/mini';
import { type Answer, answer, type Call, isObject, refuse } from './api.ts';
import { deliveryTargetSchema } from './deliver.ts';
import { faultSchema } from './faults.ts';
import type { CxoneSimulator } from './simulator.ts';
import { behaviourSchema } from './state.ts';
import { view } from './subscription-view.ts';
import { visibleState } from './visible-state.ts';

const faultsInput = z.union([faultSchema, z.array(faultSchema)]);
const contactInput = z.extend(behaviourSchema, { phoneNumber: z.string() });
const contactsInput = z.union([contactInput, z.array(contactInput)]);
const deliveryInput = z.strictObject({ event: z.unknown(), target: z.optional(deliveryTargetSchema) });

type Operation = (call: Call, simulator: CxoneSimulator) => Answer | Promise<Answer>;

/** The operator's side: state, log and misbehaviour. */
const OPERATIONS: Record<string, Operation> = {
  'GET /_sim/state': (_call, simulator) => answer(200, visibleState(simulator)),
  'GET /_sim/requests': (_call, simulator) => answer(200, simulator.requests()),
  'POST /_sim/faults': (call, simulator) =>
    withInput(faultsInput, call, (input) => {
      for (const fault of [input].flat()) simulator.addFault(fault);
      return answer(201, simulator.faults.list());
    }),
  'DELETE /_sim/faults': (_call, simulator) => {
    simulator.faults.clear();
    return answer(204);
  },
  'POST /_sim/contacts': (call, { state }) =>
    withInput(contactsInput, call, (input) => {
      for (const { phoneNumber, ...behaviour } of [input].flat()) state.behaviours.set(phoneNumber, behaviour);
      return answer(201, { behaviours: state.behaviours.size });
    }),
  'POST /_sim/deliver': (call, simulator) =>
    withInput(deliveryInput, call, async ({ event, target }) => answer(200, await simulator.deliver(event, target))),
  'POST /_sim/revoke-tokens': (_call, simulator) => answer(200, { revoked: simulator.revokeTokens() }),
  'POST /_sim/reset': (_call, simulator) => {
    simulator.reset();
    return answer(204);
  },
};

export async function answerAdmin(call: Call, simulator: CxoneSimulator): Promise<Answer> {
  const operation = OPERATIONS[`${call.method} ${call.path}`];
  if (operation) return operation(call, simulator);
  const subscriptionId = /^\/_sim\/subscriptions\/([^/]+)$/.exec(call.path)?.[1];
  if (call.method === 'PATCH' && subscriptionId !== undefined) return changeByHand(call, simulator, subscriptionId);
  return refuse(404, `no such operation: ${call.method} ${call.path}`);
}

/** What someone does in CXone's own pages: any field of a subscription; `lastDeliveryError` null takes it away. */
function changeByHand({ body }: Call, { state }: CxoneSimulator, id: string): Answer {
  const subscription = state.subscriptions.get(id);
  if (subscription === undefined) return refuse(404, `no subscription ${id}`);
  if (!isObject(body)) return refuse(400, 'a JSON object with the fields to change is needed');
  const { name, state: deliveryState, lastDeliveryError, ...fields } = body;
  if (name !== undefined) subscription.name = String(name);
  if (deliveryState !== undefined) subscription.state = String(deliveryState);
  if (lastDeliveryError !== undefined)
    subscription.lastDeliveryError = lastDeliveryError === null ? null : String(lastDeliveryError);
  Object.assign(subscription.fields, fields);
  return answer(200, view(subscription));
}

function withInput<T extends z.ZodMiniType>(
  schema: T,
  call: Call,
  work: (input: z.output<T>) => Answer | Promise<Answer>,
): Answer | Promise<Answer> {
  const input = schema.safeParse(call.body);
  return input.success
    ? work(input.data)
    : refuse(400, input.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}
