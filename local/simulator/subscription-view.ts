import type { Subscription } from './state.ts';

/** What a write answers. */
export const summary = ({ id, name, state, createdDate }: Subscription) => ({ id, name, state, createdDate });

/** What the list and a single read show. */
export const view = (subscription: Subscription) => ({ ...subscription.fields, ...summary(subscription) });
