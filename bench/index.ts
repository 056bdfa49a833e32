import { messageOf } from '../lib/platform/errors.ts';
import { benchColdImport } from './cold-import.ts';
import { benchDecision } from './decision.ts';
import { benchGrowth } from './growth/growth.ts';
import { type BenchCall, type BenchOptions, parseBenchCall } from './options.ts';
import { benchReceiverCore } from './receiver-core.ts';
import { benchReceiverHandler } from './receiver-handler.ts';
import { takeReport } from './report.ts';
import { benchRouter } from './router.ts';
import { benchWholeWay } from './whole-way/whole-way.ts';
import { benchWindowMemory } from './window-memory.ts';
import { circumstances, writeReport } from './written-results.ts';

/**
 * `npm run bench [-- [--short | --write] NAME …]`: each measurement compares two things in one run, because machines differ
 * and drift. `--write` puts the figures into RESULTS.md, `--short` only shows that it works.
 */
const BENCHES: Record<string, (options: BenchOptions) => void | Promise<void>> = {
  'receiver-core': benchReceiverCore,
  'receiver-handler': benchReceiverHandler,
  router: benchRouter,
  'cold-import': benchColdImport,
  decision: benchDecision,
  'window-memory': benchWindowMemory,
  'whole-way': benchWholeWay,
  growth: benchGrowth,
};

async function run({ names, write, short }: BenchCall): Promise<void> {
  for (const name of names) {
    const taken = circumstances();
    await BENCHES[name]?.({ short, write });
    const report = takeReport();
    if (write) writeReport(name, report, taken);
  }
}

let call: BenchCall | undefined;
try {
  call = parseBenchCall(process.argv.slice(2), Object.keys(BENCHES));
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 2;
}
if (call !== undefined) await run(call);
