import type { Stage } from '../../lib/stage/stage.ts';
import type { MetricCounters } from '../metric-counters.ts';
import type { NamedEndpoints } from '../named-endpoints.ts';
import type { Services } from '../services.ts';
import type { RelayState } from '../state/relay-state.ts';
import { ActivityHistory } from '../watch/activity-history.ts';
import type { OutcomeFeed } from '../watch/outcome-feed.ts';
import type { Panel } from './answer-panel.ts';
import { createBreakages } from './breakages.ts';
import { EventStream } from './event-stream.ts';
import { createParkedEvents } from './parked-events.ts';
import { createSampleSender } from './sample-sender.ts';

export interface PanelSettings {
  url: string;
  webhookSecret: string;
  topicLogDirectory: string | null;
  stage: Stage;
  endpoints: NamedEndpoints;
  services: Pick<Services, 'sqs' | 'embeddedRedis'>;
  counters: MetricCounters;
  outcomes: OutcomeFeed;
  state: () => Promise<RelayState>;
}

/** `close` ends the page's streams and mends what the panel has broken. */
export function createPanel(settings: PanelSettings): Panel & { close(): void } {
  const { url, webhookSecret, topicLogDirectory, stage, endpoints, services, counters, outcomes } = settings;
  const breakages = createBreakages(stage.dedup.filter === 'off' ? null : services.embeddedRedis, topicLogDirectory);
  const history = new ActivityHistory(outcomes.totals);
  const { byKind, rejectedByReason, routedByDestination } = outcomes.totals;
  const snapshot = async () => ({
    stage: stage.name,
    state: await settings.state(),
    outcomes: byKind,
    rejectedByReason,
    routedByDestination,
    filter: {
      unavailable: counters.total('FilterUnavailable'),
      ledgerReads: counters.total('LedgerReads'),
      falsePositives: counters.total('FilterFalsePositives'),
    },
    parts: breakages.state(),
  });
  const stream = new EventStream({ snapshot, outcomes, history });
  const { sqs } = services;
  return {
    stream,
    breakages,
    parked: createParkedEvents(sqs, endpoints.queues),
    sender: createSampleSender({
      url,
      webhookSecret,
      sqs,
      eventsUrl: endpoints.queues.events,
      stage,
      isRouted: (eventId) => outcomes.after(0).some(({ kind, line }) => kind === 'routed' && line.eventId === eventId),
    }),
    close() {
      stream.close();
      history.stop();
      breakages.mendAll();
    },
  };
}
