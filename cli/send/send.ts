import { randomUUID } from 'node:crypto';
import type { EventKind } from '../../lib/events/kinds.ts';
import { parseWebhookSecret } from '../../lib/events/webhook-secret.ts';
import type { Cli } from '../shared/cli.ts';
import { EXIT, type ExitCode } from '../shared/exit-codes.ts';
import { readSecret } from '../shared/read-secret.ts';
import { printJson } from '../shared/table.ts';
import type { TargetOptions } from '../shared/target.ts';
import { AnswerTally } from './answer-tally.ts';
import { readEventFile } from './event-file.ts';
import { repeated, sampleEvent } from './sample-events.ts';
import { type Outgoing, sendEvents } from './send-events.ts';
import { createPoster } from './signed-post.ts';

export interface SendOptions extends TargetOptions {
  url?: URL | undefined;
  secret?: string | undefined;
  kind: EventKind;
  contact?: string | undefined;
  count: number;
  repeat: number;
  /** Requests a second. */
  rate?: number | undefined;
  connections: number;
  file?: string | undefined;
  json?: true | undefined;
}

const USUAL_LOCAL_SECRET = 'local-webhook-secret';

export async function sendTo(options: SendOptions, cli: Pick<Cli, 'target' | 'output'>): Promise<ExitCode> {
  const { output } = cli;
  const events = options.file === undefined ? sampleRequests(options) : fileRequests(options.file, options.repeat);
  if (events.length === 0) throw new Error(`${options.file} holds no events`);
  const { url, secret } = await addressOf(options, cli);
  const startMs = performance.now();
  const tally = await post(events, url, secret, options, (line) => output.progress(line));
  const seconds = (performance.now() - startMs) / 1000;
  if (options.json === true) {
    await printJson(output, { url: url.origin + url.pathname, ...tally.facts, seconds: Number(seconds.toFixed(3)) });
  } else {
    await output.print(`${tally.line} (${tally.total} requests in ${seconds.toFixed(1)} s, ${url.origin})`);
    for (const complaint of tally.complaints) output.note(complaint);
  }
  return tally.allAccepted ? EXIT.done : EXIT.failed;
}

/** What is not given comes from the relay that is named; nothing is asked of one that nobody named. */
async function addressOf(options: SendOptions, { target }: Pick<Cli, 'target'>): Promise<{ url: URL; secret: string }> {
  const { url, secret, stage } = options;
  if (url !== undefined && secret !== undefined) return { url, secret };
  if (url !== undefined && stage === undefined) return { url, secret: USUAL_LOCAL_SECRET };
  const relay = await target(options);
  return {
    url: url ?? new URL(await relay.webhookUrl()),
    secret: secret ?? (await readSecret(relay, 'webhook', parseWebhookSecret)).current,
  };
}

async function post(
  events: readonly Outgoing[],
  url: URL,
  secret: string,
  { connections, rate }: SendOptions,
  onProgress: (line: string) => void,
): Promise<AnswerTally> {
  const posters = Array.from({ length: Math.min(connections, events.length) }, () => createPoster(url, secret));
  const tally = new AnswerTally();
  await sendEvents(events, {
    connections: posters.length,
    ratePerSecond: rate,
    post: async (connection, body) => (await posters[connection]?.post(body)) ?? { status: 0, text: 'no connection' },
    onAnswer(answer) {
      tally.add(answer);
      onProgress(`${tally.total} of ${events.length} · ${tally.line}`);
    },
  });
  for (const poster of posters) poster.close();
  return tally;
}

function sampleRequests({ kind, contact, count, repeat }: SendOptions): Outgoing[] {
  const run = randomUUID().slice(0, 8);
  const startMs = Date.now();
  const requests: Outgoing[] = [];
  for (let number = 0; number < count; number++) {
    const event = sampleEvent({ kind, contact, number, run, startMs });
    for (let attempt = 0; attempt < repeat; attempt++) {
      const sent = attempt === 0 ? event : repeated(event, kind, attempt);
      requests.push({ body: Buffer.from(JSON.stringify(sent)), order: String(contact ?? number % 10) });
    }
  }
  return requests;
}

/** In the file's own order, over one connection: which of them belong together is not known here. */
function fileRequests(path: string, repeat: number): Outgoing[] {
  const bodies = readEventFile(path);
  return bodies.flatMap((body) => Array.from({ length: repeat }, () => ({ body, order: '' })));
}
