import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteItemCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseStage } from '../../../lib/stage/parse.ts';
import { createClusterCounters } from '../../../lib/telemetry/cluster-counters.ts';
import { COUNTED_SERVICES, readCounters } from '../../../lib/telemetry/counted-services.ts';
import { type CounterSlots, sumOfSlots } from '../../../lib/telemetry/counter-slots.ts';
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
let owners = 0;
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

/** The slots with writes that nobody waits for after `limit.ms` at most; those `underWay` are done all the same. */
function cutOff(slots: CounterSlots, limit: { ms: number }, underWay: Promise<unknown>[]): CounterSlots {
  return {
    read: (from, count) => slots.read(from, count),
    write(index, slot, expected) {
      const call = slots.write(index, slot, expected);
      underWay.push(call);
      if (limit.ms === 0) return call;
      const patience = sleep(Math.random() * limit.ms).then(() => Promise.reject(new Error('no answer')));
      return Promise.race([call, patience]);
    },
  };
}

describe('counters in the control table', () => {
  it('are exact when writes are given up and go on behind the back of those who made them', async () => {
    const limit = { ms: 8 };
    const log = recordingLog();
    const table = createDynamoCounterSlots({ dynamo: dynamo.client, table: 'Control', service: 'cut-off' });
    const underWay: Promise<unknown>[] = [];
    const slots = cutOff(table, limit, underWay);
    const processes = Array.from({ length: 5 }, (_, id) =>
      createClusterCounters({
        slots,
        clock: fakeClock(),
        log,
        freshOwner: () => `process-${id}-${++owners}`,
        budgetMs: 10_000,
      }),
    );
    for (let batch = 0; batch < 40; batch++)
      await Promise.all(
        processes.map(async (counting) => {
          counting.add('r');
          await counting.write();
        }),
      );
    limit.ms = 0;
    for (const counting of processes) {
      counting.add('r');
      await counting.write();
    }
    await Promise.allSettled(underWay);
    expect(log.lines.length).toBeGreaterThan(10); // that many were given up
    expect(await sumOfSlots(table)).toEqual({ r: 5 * 41 });
  });

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
