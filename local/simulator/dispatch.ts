import { type Answer, type Call, type Route, refuse } from './api.ts';
import { dncGroupRoutes } from './dnc-groups.ts';
import { checkToken, oauthRoutes } from './oauth.ts';
import { outboundContactRoutes } from './outbound-contacts.ts';
import { registrationRoutes } from './registrations.ts';
import type { SimulatorState } from './state.ts';
import { subscriptionRoutes } from './subscriptions.ts';

const ROUTES: Route[] = [
  ...oauthRoutes,
  ...outboundContactRoutes,
  ...dncGroupRoutes,
  ...registrationRoutes,
  ...subscriptionRoutes,
];

/** What CXone does with one request, faults and limits apart. */
export function execute(call: Call, state: SimulatorState): Answer {
  for (const route of ROUTES) {
    const match = route.path.exec(call.path);
    if (route.method !== call.method || !match) continue;
    const refusal = route.scope === null ? undefined : checkToken(call, state, route.scope);
    return refusal ?? route.handle({ ...call, params: { ...match.groups } }, state);
  }
  return refuse(404, `no such endpoint: ${call.method} ${call.path}`);
}
