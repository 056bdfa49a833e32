import { messageOf } from '../lib/platform/errors.ts';
import { runAuditCommand } from './audit/commands.ts';
import { AUDIT_HELP, parseAuditOptions } from './audit/options.ts';
import { findTarget } from './shared/target.ts';
import { UsageError } from './shared/usage-error.ts';

/** `npm run audit`: what was written to CXone, and proof that the record of it is whole. */
try {
  const options = parseAuditOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(AUDIT_HELP);
  else {
    const target = await findTarget(options);
    console.error(`(${target.description})`);
    process.exitCode = await runAuditCommand(target, options.command, console.log);
  }
} catch (error) {
  console.error(messageOf(error));
  if (error instanceof UsageError) console.error('npm run audit -- --help shows all commands');
  process.exitCode = 2;
}
