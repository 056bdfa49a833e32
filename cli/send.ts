import { randomUUID } from 'node:crypto';
import { messageOf } from '../lib/platform/errors.ts';
import { AnswerTally } from './send/answer-tally.ts';
import { readEventFile } from './send/event-file.ts';
import { parseSendOptions, SEND_HELP, type SendOptions } from './send/options.ts';
import { repeated, sampleEvent } from './send/sample-events.ts';
import { type Outgoing, sendEvents } from './send/send-events.ts';
import { createPoster } from './send/signed-post.ts';
import { createProgress } from './shared/progress.ts';
import { UsageError } from './shared/usage-error.ts';

/** `npm run send`: the way to try a relay, on this machine or deployed. */

try {
  const options = parseSendOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(SEND_HELP);
  else process.exitCode = await send(options);
} catch (error) {
  console.error(messageOf(error));
  if (error instanceof UsageError) console.error('npm run send -- --help shows all options');
  process.exitCode = 2;
}

async function send(options: SendOptions): Promise<number> {
  const events = options.file === undefined ? sampleRequests(options) : fileRequests(options.file, options.repeat);
  const connections = Math.min(options.connections, events.length);
  const posters = Array.from({ length: connections }, () => createPoster(options.url, options.secret));
  const tally = new AnswerTally();
  const progress = createProgress(process.stderr);
  const startMs = performance.now();
  await sendEvents(events, {
    connections,
    ratePerSecond: options.ratePerSecond,
    post: async (connection, body) => (await posters[connection]?.post(body)) ?? { status: 0, text: 'no connection' },
    onAnswer(answer) {
      tally.add(answer);
      progress.show(`${tally.total} of ${events.length} · ${tally.line}`);
    },
  });
  progress.clear();
  for (const poster of posters) poster.close();
  const seconds = (performance.now() - startMs) / 1000;
  console.log(`${tally.line} (${tally.total} requests in ${seconds.toFixed(1)} s, ${options.url.origin})`);
  for (const complaint of tally.complaints) console.error(complaint);
  return tally.allAccepted ? 0 : 1;
}

function sampleRequests(options: SendOptions): Outgoing[] {
  const run = randomUUID().slice(0, 8);
  const startMs = Date.now();
  const requests: Outgoing[] = [];
  for (let number = 0; number < options.count; number++) {
    const event = sampleEvent({ ...options, number, run, startMs });
    for (let attempt = 0; attempt < options.repeat; attempt++) {
      const sent = attempt === 0 ? event : repeated(event, options.kind, attempt);
      requests.push({ body: Buffer.from(JSON.stringify(sent)), order: String(options.contact ?? number % 10) });
    }
  }
  return requests;
}

/** In the file's own order, over one connection: which of them belong together is not known here. */
function fileRequests(path: string, repeat: number): Outgoing[] {
  const bodies = readEventFile(path);
  return bodies.flatMap((body) => Array.from({ length: repeat }, () => ({ body, order: '' })));
}
