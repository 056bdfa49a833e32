import { benchColdImport } from './cold-import.ts';
import { benchDecision } from './decision.ts';
import { benchReceiverCore } from './receiver-core.ts';
import { benchReceiverHandler } from './receiver-handler.ts';
import { benchRouter } from './router.ts';
import { benchWindowMemory } from './window-memory.ts';

/** `npm run bench [-- NAME …]`: each measurement compares two things in one run, because machines differ and drift. */
const BENCHES: Record<string, () => void | Promise<void>> = {
  'receiver-core': benchReceiverCore,
  'receiver-handler': benchReceiverHandler,
  router: benchRouter,
  'cold-import': benchColdImport,
  decision: benchDecision,
  'window-memory': benchWindowMemory,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  console.error(`no such measurement: ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}`);
  process.exitCode = 2;
} else {
  for (const name of asked.length > 0 ? asked : Object.keys(BENCHES)) await BENCHES[name]?.();
}
