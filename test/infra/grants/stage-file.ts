import { COMPLETED_INTERACTIONS } from '../../support/completed-interactions.ts';
import type { FakeSchemaRegistry } from '../../support/schema-registry.ts';

export const REGISTRY_SECRET = 'grants/registry';
const AVRO_TOPIC = 'cxone.transfers.raw';

/** Everything is on that asks for a right of its own: the registry's secret, SASL, a subscription, pruning. */
export function stageFile(cxoneUrl: string, registry: FakeSchemaRegistry, influxUrl: string): object {
  registry.register('transfer-v1', {
    type: 'record',
    name: 'Transfer',
    fields: ['actionType', 'contactId'].map((name) => ({ name, type: 'string' })),
  });
  return {
    kafka: { brokers: ['127.0.0.1:1'], tls: false, sasl: 'plain' },
    cxone: { baseUrl: cxoneUrl },
    schemaRegistry: { url: registry.url, subjects: { [AVRO_TOPIC]: 'transfer-v1' } },
    secrets: { schemaRegistry: REGISTRY_SECRET },
    retry: { firstDelaySeconds: 1, maxDelaySeconds: 1, maxDelayAfterOneDaySeconds: 1 },
    subscriptions: [COMPLETED_INTERACTIONS],
    pruneSubscriptions: true,
    registryWebhookUrl: `${influxUrl}/states`, // whatever answers 204
    telemetry: { counters: true, prometheus: true, influx: { url: influxUrl } },
  };
}
