import { type Answer, answer, type Call, isObject, type Route, refuse } from './api.ts';
import { once } from './idempotency.ts';
import type { SimulatorState, Subscription } from './state.ts';
import { storedFields, subscriptionFault } from './subscription-fields.ts';
import { listPage } from './subscription-list.ts';
import { summary, view } from './subscription-view.ts';

const MAX_SUBSCRIPTIONS = 100;
const LIST = /^\/api\/v2\/eventbridge\/subscriptions$/;
const ONE = /^\/api\/v2\/eventbridge\/subscriptions\/(?<id>[^/]+)$/;
const STATUS = /^\/api\/v2\/eventbridge\/subscriptions\/(?<id>[^/]+)\/delivery-status$/;
const READ = 'eventbridge:subscriptions:read';
const WRITE = 'eventbridge:subscriptions:write';

/** Contract §7. */
export const subscriptionRoutes: Route[] = [
  { method: 'GET', path: LIST, scope: READ, handle: (call, state) => answer(200, listPage(call, state)) },
  { method: 'POST', path: LIST, scope: WRITE, handle: (call, state) => once(call, state, () => create(call, state)) },
  {
    method: 'GET',
    path: ONE,
    scope: READ,
    handle: (call, state) => withOne(call, state, (one) => answer(200, view(one))),
  },
  { method: 'PUT', path: ONE, scope: WRITE, handle: (call, state) => once(call, state, () => replace(call, state)) },
  { method: 'DELETE', path: ONE, scope: WRITE, handle: (call, state) => once(call, state, () => remove(call, state)) },
  { method: 'GET', path: STATUS, scope: READ, handle: deliveryStatus },
];

function create(call: Call, state: SimulatorState): Answer {
  const fault = subscriptionFault(call.body);
  if (fault !== undefined || !isObject(call.body)) return refuse(400, fault ?? 'a JSON object is needed');
  if (state.subscriptions.size >= MAX_SUBSCRIPTIONS)
    return refuse(400, `the organisation has ${MAX_SUBSCRIPTIONS} subscriptions, the most it may have`);
  const subscription: Subscription = {
    id: state.nextId('subscription'),
    name: String(call.body.name),
    state: 'pending',
    createdDate: new Date(call.nowMs).toISOString(),
    fields: storedFields(call.body, call.nowMs, 1),
    pollsLeft: state.options.pollsUntilActive,
    lastDeliveryError: null,
  };
  state.subscriptions.set(subscription.id, subscription);
  return answer(201, summary(subscription));
}

function replace(call: Call, state: SimulatorState): Answer {
  return withOne(call, state, (subscription) => {
    const fault = subscriptionFault(call.body);
    if (fault !== undefined || !isObject(call.body)) return refuse(400, fault ?? 'a JSON object is needed');
    subscription.name = String(call.body.name);
    subscription.fields = storedFields(call.body, call.nowMs, Number(subscription.fields.version) + 1);
    subscription.state = 'pending';
    subscription.pollsLeft = state.options.pollsUntilActive;
    return answer(200, summary(subscription));
  });
}

function remove(call: Call, state: SimulatorState): Answer {
  return withOne(call, state, ({ id }) => {
    state.subscriptions.delete(id);
    return answer(204);
  });
}

/** A write takes a while to become active; a delivery error set from outside stays until it is taken away. */
function deliveryStatus(call: Call, state: SimulatorState): Answer {
  return withOne(call, state, (subscription) => {
    if (subscription.state === 'pending') {
      if (subscription.pollsLeft <= 0) subscription.state = 'active';
      subscription.pollsLeft -= 1;
    }
    const { state: deliveryState, lastDeliveryError } = subscription;
    return answer(200, { state: deliveryState, ...(lastDeliveryError === null ? {} : { lastDeliveryError }) });
  });
}

function withOne(call: Call, state: SimulatorState, work: (subscription: Subscription) => Answer): Answer {
  const subscription = state.subscriptions.get(decodeURIComponent(call.params.id ?? ''));
  return subscription === undefined ? refuse(404, `no subscription ${call.params.id}`) : work(subscription);
}
