/** The four shapes of event that CXone sends (contract §1), in the order in which a body is tried against them. */
export const EVENT_KINDS = ['dnc', 'contact-action', 'data-action', 'interaction-update'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** What makes two events "the same": their content, or merely the interaction they are about (contract §1). */
export type DedupStrategy = 'content' | 'interaction';

/** `actionType`/`eventType` by which an interaction update is routed; its body carries none (contract §2). */
export const INTERACTION_UPDATE_TYPE = 'data.action.updated';
