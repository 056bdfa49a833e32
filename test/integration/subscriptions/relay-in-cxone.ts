import {
  createHandler,
  type ReconcilerResult,
  type SubscriptionReconcilerDeps,
} from '../../../functions/subscription-reconciler/handler.ts';
import { createDynamoAuditStore } from '../../../lib/audit/dynamo-store.ts';
import { createAuditTrail } from '../../../lib/audit/trail.ts';
import { type AuditVerdict, verifyStream } from '../../../lib/audit/verify.ts';
import { createCxoneClient } from '../../../lib/cxone/client.ts';
import { createDynamoTokenStore } from '../../../lib/cxone/dynamo-token-store.ts';
import { systemClock } from '../../../lib/platform/clock.ts';
import { acquireLease } from '../../../lib/platform/lease.ts';
import { parseStage } from '../../../lib/stage/parse.ts';
import { createSubscriptionApi } from '../../../lib/subscriptions/api.ts';
import { createDynamoControlStore } from '../../../lib/subscriptions/control.ts';
import { createRegistrySync } from '../../../lib/subscriptions/registry-sync.ts';
import type { SimulatorOptions } from '../../../local/simulator/options.ts';
import type { LoggedRequest } from '../../../local/simulator/request-log.ts';
import { type RunningSimulator, startCxoneSimulator } from '../../../local/simulator/server.ts';
import { fakeClock } from '../../support/clock.ts';
import { createTables, type LocalDynamo, startDynamo } from '../../support/dynalite.ts';
import { recordingLog } from '../../support/log.ts';

const AUDIT_KEYS = { key: 'a-signing-key-for-tests' };

export interface World {
  cxone: RunningSimulator;
  dynamo: LocalDynamo;
  log: ReturnType<typeof recordingLog>;
  /** Runs the reconciler as declared by the stage file so far. */
  run(stageFile?: object, event?: { dryRun?: boolean }): Promise<ReconcilerResult>;
  deps(stageFile: object): SubscriptionReconcilerDeps;
  /** Writes that CXone was sent since the last call; reads of the list apart. */
  writes(): LoggedRequest[];
  reads(): LoggedRequest[];
  verifyAudit(): Promise<AuditVerdict>;
  auditRecords(): Promise<{ operation: string; subject: string; status: string; details: Record<string, unknown> }[]>;
  secrets: { current: string; urlToken: string };
  /** How much later it is for the relay than by the clock. */
  time: { aheadMs: number };
  stop(): Promise<void>;
}

/** A reconciler with real client, real tables and the simulated CXone; waits of polling and backoff cost no real time. */
export async function startWorld(options: Partial<SimulatorOptions> = {}): Promise<World> {
  const cxone = await startCxoneSimulator({ apiRequestsPerSecond: 10_000, tokenRequestsPerSecond: 1000, ...options });
  const dynamo = await startDynamo();
  await createTables(dynamo.client, 'Tokens', 'Control', 'Audit');
  const log = recordingLog();
  const secrets = { current: 'signing-secret', urlToken: 'url-token' };
  const store = createDynamoAuditStore({ dynamo: dynamo.client, auditTable: 'Audit', controlTable: 'Control' });
  const time = { aheadMs: 0 };
  const seen = { writes: 0, reads: 0 };
  let file: object = {};

  const deps = (stageFile: object): SubscriptionReconcilerDeps => {
    const stage = parseStage('test', {
      cxone: { baseUrl: cxone.url, requestsPerSecond: 1000 },
      kafka: { brokers: ['kafka.example.com:9092'] },
      ...stageFile,
    });
    const clock = { ...fakeClock(), nowMs: () => systemClock.nowMs() + time.aheadMs }; // waits end at once, time goes on as it does
    const client = createCxoneClient({
      api: stage.cxone,
      credentials: {
        get: async () => ({ clientId: 'local-client-id', clientSecret: 'local-client-secret' }),
        refetch: async () => false,
      },
      credentialsName: 'test/cxone',
      tokenStore: createDynamoTokenStore({ dynamo: dynamo.client, table: 'Tokens' }),
      clock,
      log,
    });
    const registryUrl = stage.registryWebhookUrl;
    return {
      stage: stage.name,
      desired: stage.subscriptions,
      prune: stage.pruneSubscriptions,
      webhooks: {
        ...stage.webhooks,
        targetUrl: stage.webhooks.targetUrl ?? 'https://relay.example.com',
        paths: stage.cxone.paths,
      },
      webhookSecrets: async () => secrets,
      client,
      api: createSubscriptionApi(client, stage.cxone.paths.subscriptions),
      control: createDynamoControlStore(dynamo.client, 'Control'),
      audit: createAuditTrail({ store, stream: 'subscription-reconciler', keys: async () => AUDIT_KEYS, clock, log }),
      registry:
        registryUrl === null
          ? undefined
          : (deadlineMs) => createRegistrySync({ url: registryUrl, clock, log, deadlineMs }),
      acquireLease: (durationMs) =>
        acquireLease({
          dynamo: dynamo.client,
          table: 'Control',
          name: 'subscription-reconciler',
          owner: crypto.randomUUID(),
          durationMs,
          clock,
        }),
      clock,
      log,
      metrics: { add: () => undefined, flush: () => undefined },
    };
  };
  const since = (kind: 'writes' | 'reads', list: LoggedRequest[]) => {
    const fresh = list.slice(seen[kind]);
    seen[kind] = list.length;
    return fresh;
  };
  const ofApi = () =>
    cxone.simulator.requests().filter(({ path }) => path.startsWith('/api/v2/') && !path.includes('oauth'));

  return {
    cxone,
    dynamo,
    log,
    deps,
    secrets,
    time,
    run: (stageFile, event = {}) => {
      file = stageFile ?? file;
      return createHandler(deps(file))(event, { getRemainingTimeInMillis: () => 60_000 });
    },
    writes: () =>
      since(
        'writes',
        ofApi().filter(({ method }) => method !== 'GET'),
      ),
    reads: () =>
      since(
        'reads',
        ofApi().filter(({ method }) => method === 'GET'),
      ),
    verifyAudit: () => verifyStream(store, 'subscription-reconciler', AUDIT_KEYS),
    async auditRecords() {
      const records = [];
      for await (const { operation, subject, status, details } of store.records('subscription-reconciler'))
        records.push({ operation, subject, status, details });
      return records;
    },
    async stop() {
      await cxone.close();
      await dynamo.stop();
    },
  };
}

export const declared = (name: string, extra: object = {}) => ({
  name,
  description: 'to the relay',
  eventType: 'contact.created',
  filters: [
    { field: 'contact.channelType', operator: 'eq', value: 'voice' },
    { field: 'contact.direction', operator: 'eq', value: 'inbound' },
  ],
  endpoints: [
    { url: 'https://relay.example.com/a', type: 'webhook' },
    { url: 'https://relay.example.com/b', type: 'webhook' },
  ],
  ...extra,
});
export const NO_WEBHOOKS = { webhooks: { eventRegistrations: false, dataActionWebhooks: false } };
