import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { removeDirectory, temporaryDirectory } from '../e2e/support/relay-process.ts';
import { storyOf, tableOf } from '../soak/report.ts';
import { runSoak } from '../soak/run-soak.ts';

let directory: string;
beforeAll(() => {
  directory = temporaryDirectory();
});
afterAll(() => removeDirectory(directory));

/** Long ones are run by hand: `npm run soak -- --minutes 30 --seed 7`, on Kafka and redis-server. A batcher that dies late holds its lease for three minutes. */
it('a minute of faults of every part loses, drops, repeats and disorders nothing', async () => {
  const options = { minutes: 0.75, seed: 20_260_131, eventsPerSecond: 25, embedded: true, keep: undefined };
  const result = await runSoak(options, directory, () => undefined);
  expect({ table: tableOf(result), story: await storyOf(result) }).toMatchObject({ story: '' });
  expect(result.verdict.accepted).toBeGreaterThan(500);
  const parts = new Set(result.thrown.map(({ part }) => part));
  expect(parts).toEqual(new Set(['CXone', 'DynamoDB', 'Redis', 'SQS', 'relay', 'topics']));
}, 420_000);
