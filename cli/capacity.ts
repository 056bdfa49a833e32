import { messageOf } from '../lib/platform/errors.ts';
import { capacityDocument } from './capacity/document.ts';
import { CAPACITY_HELP, parseCapacityOptions } from './capacity/options.ts';
import { outlooksOf, reportJson, reportText } from './capacity/report.ts';
import { UsageError } from './shared/usage-error.ts';

/** `npm run capacity`: what a load needs, and what it costs. Asks nobody: all figures are in cli/capacity. */
try {
  const options = parseCapacityOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(CAPACITY_HELP);
  else if (options === 'document') process.stdout.write(capacityDocument());
  else {
    const outlooks = outlooksOf(options.load, options.batchSizes);
    console.log(options.format === 'json' ? reportJson(outlooks) : reportText(outlooks));
  }
} catch (error) {
  console.error(messageOf(error));
  if (error instanceof UsageError) console.error('npm run capacity -- --help shows all options');
  process.exitCode = 2;
}
