import type { InteractionState, InteractionStates } from '../../lib/routing/interaction-state.ts';

/** Interaction states in memory, by the same rules; `states` is open to tests. */
export function memoryInteractionStates(): InteractionStates & { states: Map<string, InteractionState> } {
  const states = new Map<string, InteractionState>();
  return {
    states,
    async put(state) {
      const former = states.get(state.interactionId);
      const isOlder =
        former !== undefined &&
        (state.updatedAtNs < former.updatedAtNs ||
          (state.updatedAtNs === former.updatedAtNs && state.receivedAtMs < former.receivedAtMs));
      if (isOlder) return 'older';
      states.set(state.interactionId, state);
      return 'stored';
    },
  };
}
