import { publicFields } from './registrations.ts';
import type { CxoneSimulator } from './simulator.ts';
import { view } from './subscription-view.ts';

/** `GET /_sim/state`: all that CXone holds, without tokens, signing secrets and url-tokens. */
export function visibleState({ state, faults }: CxoneSimulator) {
  const groups = [...state.dncGroups].map(([id, records]) => [id, Object.fromEntries(records)]);
  const registrations = (all: typeof state.webhooks) =>
    [...all.values()].map(publicFields).map((one) => ({ ...one, url: one.url.split('?', 1)[0] }));
  return {
    tokens: [...state.tokens.values()].map(({ value: _blanked, ...token }) => token),
    contacts: [...state.contacts.values()],
    behaviours: Object.fromEntries(state.behaviours),
    dncGroups: Object.fromEntries(groups),
    eventRegistrations: registrations(state.eventRegistrations),
    webhooks: registrations(state.webhooks),
    subscriptions: [...state.subscriptions.values()].map((one) => ({
      ...view(one),
      ...(one.lastDeliveryError === null ? {} : { lastDeliveryError: one.lastDeliveryError }),
    })),
    violations: state.violations,
    faults: faults.list(),
  };
}
