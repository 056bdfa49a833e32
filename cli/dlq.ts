import { createDeadLetterQueue } from '../lib/platform/dead-letter-queue.ts';
import { messageOf } from '../lib/platform/errors.ts';
import { type Output, runDlqCommand } from './dlq/commands.ts';
import { DLQ_HELP, parseDlqOptions } from './dlq/options.ts';
import { createProgress } from './shared/progress.ts';
import { findTarget } from './shared/target.ts';
import { UsageError } from './shared/usage-error.ts';

/** `npm run dlq`: what lies in the dead-letter queue, and getting it out of there. */

/** Longer than a round of the largest redrive takes; what a killed command held comes back after it. */
const HOLD_SECONDS = 900;

try {
  const options = parseDlqOptions(process.argv.slice(2), Date.now());
  if (options === undefined) process.stdout.write(DLQ_HELP);
  else {
    const { sqs, queueUrls, description } = await findTarget(options);
    console.error(`(${description})`);
    const { events, deadLetter } = await queueUrls();
    const queue = createDeadLetterQueue({
      sqs,
      deadLetterUrl: deadLetter,
      eventsUrl: events,
      holdSeconds: HOLD_SECONDS,
      waitSeconds: 1,
    });
    process.exitCode = await runDlqCommand(queue, options.command, terminal());
  }
} catch (error) {
  console.error(messageOf(error));
  if (error instanceof UsageError) console.error('npm run dlq -- --help shows all commands');
  process.exitCode = 2;
}

function terminal(): Output {
  const progress = createProgress(process.stderr);
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());
  return {
    print(line) {
      progress.clear();
      return new Promise((resolve, reject) =>
        process.stdout.write(`${line}\n`, (error) => (error ? reject(error) : resolve())),
      );
    },
    note(line) {
      progress.clear();
      console.error(line);
    },
    onProgress: (line) => progress.show(line),
    signal: interrupted.signal,
  };
}
