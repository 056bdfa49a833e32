import { createHandler as createReconciler } from '../../../functions/subscription-reconciler/handler.ts';
import { createHandler as createRefresher } from '../../../functions/token-refresher/handler.ts';
import { createAuditTrail } from '../../../lib/audit/trail.ts';
import { createCxoneClient } from '../../../lib/cxone/client.ts';
import { createTokenSource, REFRESHER_OPTIONS } from '../../../lib/cxone/token-source.ts';
import { createMetrics } from '../../../lib/platform/metrics.ts';
import type { Stage } from '../../../lib/stage/stage.ts';
import { createSubscriptionApi } from '../../../lib/subscriptions/api.ts';
import { type ControlStore, freshControl, type SubscriptionControl } from '../../../lib/subscriptions/control.ts';
import { DEFAULT_OPTIONS } from '../../../local/simulator/options.ts';
import type { RunningSimulator } from '../../../local/simulator/server.ts';
import type { FakeClock } from '../clock.ts';
import { clientSettings, fixedCredentials } from '../cxone-client.ts';
import { recordingLog } from '../log.ts';
import { memoryAuditStore } from '../memory-audit-store.ts';
import type { Faults } from './faults.ts';
import { flushing } from './flushing.ts';

const KEYS = { key: 'a-key-of-more-than-16-characters' };

/** The simulated CXone with these faults, and nothing of the run before. */
export function prepare({ simulator }: RunningSimulator, faults: Faults): void {
  simulator.reset();
  simulator.state.options.pollsUntilActive = faults.subscriptionsPending ? 1_000_000 : DEFAULT_OPTIONS.pollsUntilActive;
  if (faults.subscriptionsAway)
    simulator.addFault({ kind: 'status', status: 500, match: { path: '/api/v2/eventbridge' }, rate: 1 });
}

/** Somebody's hand: what is made in its place is `pending` for six looks, and a run looks four times. */
export function deleteSubscriptions({ simulator }: RunningSimulator): void {
  simulator.state.subscriptions.clear();
  simulator.state.options.pollsUntilActive = 6;
}

/** Keeps the stage's one subscription in the simulated CXone. */
export function watchedReconciler(stage: Stage, clock: FakeClock, { url }: RunningSimulator): () => Promise<unknown> {
  const log = recordingLog();
  const metrics = createMetrics('subscription-reconciler', stage.name);
  const client = createCxoneClient(clientSettings(url, { clock, metrics }));
  const handler = createReconciler({
    stage: stage.name,
    desired: stage.subscriptions,
    prune: false,
    webhooks: { ...stage.webhooks, targetUrl: 'https://relay.example.com', paths: stage.cxone.paths },
    webhookSecrets: async () => ({ current: 'signing-secret', urlToken: 'url-token' }),
    client,
    api: createSubscriptionApi(client, stage.cxone.paths.subscriptions),
    control: memoryControl(),
    audit: createAuditTrail({ store: memoryAuditStore(), stream: 'subscriptions', keys: async () => KEYS, clock, log }),
    registry: undefined,
    acquireLease: async () => ({ renew: async () => true, release: async () => undefined }),
    clock,
    log,
    metrics,
  });
  return flushing(metrics, () => handler({}, { getRemainingTimeInMillis: () => 270_000 }));
}

export function watchedRefresher(
  stage: Stage,
  clock: FakeClock,
  faults: Faults,
  { url }: RunningSimulator,
): () => Promise<unknown> {
  const metrics = createMetrics('token-refresher', stage.name);
  const { clientId, clientSecret } = DEFAULT_OPTIONS;
  const credentials = fixedCredentials(clientId, faults.tokenRefused ? 'mistyped' : clientSecret);
  const settings = clientSettings(url, { clock, credentials });
  const createTokens = () => createTokenSource(settings, REFRESHER_OPTIONS);
  return flushing(metrics, createRefresher({ createTokens, clock, log: recordingLog(), metrics }));
}

function memoryControl(): ControlStore {
  const subscriptions = new Map<string, SubscriptionControl>();
  let owed: readonly string[] = [];
  return {
    subscription: async (name) => structuredClone(subscriptions.get(name) ?? freshControl(name)),
    async putSubscription(control) {
      subscriptions.set(control.name, control);
    },
    webhook: async () => undefined,
    putWebhook: async () => undefined,
    owedDeletions: async () => [...owed],
    async putOwedDeletions(ids) {
      owed = ids;
    },
  };
}
