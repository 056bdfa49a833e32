import { DeleteItemCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseStage } from '../../../lib/stage/parse.ts';
import { createClusterCounters } from '../../../lib/telemetry/cluster-counters.ts';
import { COUNTED_SERVICES, readCounters } from '../../../lib/telemetry/counted-services.ts';
import { keyOf } from '../../../lib/telemetry/counts.ts';
import { createDynamoBacklog } from '../../../lib/telemetry/dynamo-backlog.ts';
import { createDynamoCounterSlots } from '../../../lib/telemetry/dynamo-counter-slots.ts';
import { BUCKET_BOUNDS_SECONDS } from '../../../lib/telemetry/latency-buckets.ts';
import { counterSlotsContract } from '../../contract/counter-slots.contract.ts';
import { influxBacklogContract } from '../../contract/influx-backlog.contract.ts';
import { fakeClock } from '../../support/clock.ts';
import { createTables, type LocalDynamo, startDynamo } from '../../support/dynalite.ts';
import { recordingLog } from '../../support/log.ts';

let dynamo: LocalDynamo;
let stages = 0;
beforeAll(async () => {
  dynamo = await startDynamo();
  await createTables(dynamo.client, 'Control');
});
afterAll(() => dynamo.stop());

counterSlotsContract(async () =>
  createDynamoCounterSlots({ dynamo: dynamo.client, table: 'Control', service: `service-${++stages}` }),
);

influxBacklogContract(async () => {
  await dynamo.client.send(new DeleteItemCommand({ TableName: 'Control', Key: { id: { S: 'telemetry#influx' } } }));
  return createDynamoBacklog(dynamo.client, 'Control');
});

const counters = (service: string) =>
  createClusterCounters({
    slots: createDynamoCounterSlots({ dynamo: dynamo.client, table: 'Control', service }),
    clock: fakeClock(),
    log: recordingLog(),
    freshOwner: () => 'abcdefghijk',
    budgetMs: 10_000,
  });

describe('counters in the control table', () => {
  it('of all functions that count are told as one', async () => {
    for (const service of COUNTED_SERVICES) {
      const ofOne = counters(service);
      ofOne.add(keyOf('cxone', 'token', 'success'), 2);
      ofOne.add(keyOf('routed'), 1);
      await ofOne.write();
    }
    expect(await readCounters(dynamo.client, 'Control')()).toEqual({ 'c:token:success': 8, r: 4 });
  });

  it("fit into a write unit with everything that the default stage's router counts, at a billion each", async () => {
    const router = counters('size');
    const topics = [...new Set(Object.values(parseStage('dev', {}).routing))];
    const keys = [
      ...(['routed', 'duplicate', 'parked', 'retried', 'latencySumMs', 'retired'] as const).map((count) =>
        keyOf(count),
      ),
      ...topics.flatMap((topic) => [keyOf('delivered', topic), keyOf('undelivered', topic)]),
      ...[...BUCKET_BOUNDS_SECONDS, 0].map((_, index) => keyOf('latencyBucket', index)),
      ...[0, 1, 2, 3, 4].map((day) => keyOf('remembered', 20_480 + day)),
    ];
    for (const key of keys) router.add(key, 1_000_000_000);
    await router.write();
    const Key = { id: { S: 'counters#size#0' } };
    const { Item = {} } = await dynamo.client.send(new GetItemCommand({ TableName: 'Control', Key }));
    const bytes = Object.entries(Item).reduce((sum, [name, { S, N }]) => sum + name.length + (S ?? N ?? '').length, 0);
    const pastOwners = 3 * '["abcdefghijk",1000000],'.length;
    expect(bytes + pastOwners).toBeLessThan(1024);
  });
});
