/** A subscription as a stage file declares it. */
export const COMPLETED_INTERACTIONS = {
  name: 'completed-interactions',
  description: 'Interactions that have ended',
  eventType: 'interaction.completed',
  endpoints: [{ url: 'https://events.example.com/cxone', type: 'webhook' }],
};
