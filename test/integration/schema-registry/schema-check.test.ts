import { afterEach } from '@jest/globals';
import { schemaCheckOf } from '../../../functions/webhook-receiver/schemas.ts';
import { parseStage } from '../../../lib/stage/parse.ts';
import { type SchemaCheckWorld, schemaCheckContract } from '../../contract/schema-check.contract.ts';
import { fakeClock } from '../../support/clock.ts';
import { recordingLog } from '../../support/log.ts';
import { type FakeSchemaRegistry, hangUp, schemaRegistry } from '../../support/schema-registry.ts';

const running: FakeSchemaRegistry[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((registry) => registry.close()));
});

async function worldOf(mode: 'local' | 'remote'): Promise<SchemaCheckWorld> {
  const registry = await schemaRegistry();
  running.push(registry);
  registry.register('numbered', { properties: { n: { type: 'number' } } }, { type: 'JSON' });
  registry.state.refuses = (_subject, body) => (typeof (body as { n?: unknown }).n === 'number' ? 200 : 422);
  const clock = fakeClock();
  const settings = { url: registry.url, mode, subjects: { validated: 'numbered' } };
  const { schemaRegistry: parsed } = parseStage('test', { schemaRegistry: settings });
  const check = schemaCheckOf({ schemaRegistry: parsed, credentials: undefined, clock, log: recordingLog() });
  if (check === undefined) throw new Error('a registry is set');
  return {
    check,
    nowMs: clock.nowMs,
    async losesRegistry() {
      registry.state.fault = hangUp;
    },
  };
}

schemaCheckContract('mode local', () => worldOf('local'));
schemaCheckContract('mode remote', () => worldOf('remote'));
