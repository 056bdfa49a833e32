import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError } from '../lib/platform/errors.ts';
import type { Sent } from './panel/sample-sender.ts';
import type { LocalRelay } from './relay.ts';
import type { RelayCounters } from './state/relay-state.ts';

const GIVE_UP_MS = 30_000;
const LOOK_EVERY_MS = 100;

/**
 * `npm run demo`: one event sent four times, and a line for what became of each. By the console's own buttons, so that whoever
 * opens it can go on from there. @throws ConfigError when the stage's relay does not take the event. @throws Error when the
 * relay does not do it in time.
 */
export async function runDemo(relay: LocalRelay, say: (line: string) => void): Promise<void> {
  const hurried = relay.hurry();
  try {
    await demonstrate(relay, say);
  } finally {
    hurried.stop();
  }
}

async function demonstrate({ url, settings, stage, state }: LocalRelay, say: (line: string) => void): Promise<void> {
  const before = (await state()).counters;
  const grown = (counter: keyof RelayCounters) =>
    until(async () => (await state()).counters[counter] > before[counter], join(settings.dataDirectory, 'logs'));

  const line = (what: string, { status, eventId }: Sent, outcome: string) =>
    say(`${what.padEnd(30)} ${String(status ?? '').padEnd(3)} ${(eventId ?? '').padEnd(22)} ${outcome}`);

  const first = await send(url, 'new');
  if (first.refusal !== null) throw refused(first);
  await grown('routed');
  line('1. an event', first, 'routed to its topic');
  const again = await send(url, 'repeat');
  await grown('queueDuplicates');
  line('2. the same again', again, 'dropped: the queue remembers it for five minutes');
  const late = await send(url, 'late-repeat');
  await grown('duplicates');
  line(
    '3. once more, past the queue',
    late,
    `dropped: the window and its ledger, for ${stage.dedup.windowHours} hours`,
  );
  const forged = await send(url, 'forge');
  const fate = forged.refusal === null ? 'taken: the stage file asks for no signature' : 'refused at the door';
  line('4. another, signature forged', forged, fate);
}

const refused = ({ status, refusal }: Sent) =>
  new ConfigError('RELAY_STAGE_FILE', `a relay of this stage answers the demonstration's event ${status}: ${refusal}`);

async function send(url: string, action: string): Promise<Sent> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/_local/send`, { method: 'POST', headers, body: JSON.stringify({ action }) });
  if (!response.ok) throw new Error(`the relay answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Sent;
}

async function until(holds: () => Promise<boolean>, logDirectory: string): Promise<void> {
  const giveUpAtMs = Date.now() + GIVE_UP_MS;
  while (!(await holds())) {
    if (Date.now() > giveUpAtMs) {
      throw new Error(`nothing came of it within ${GIVE_UP_MS / 1000} s; see ${logDirectory}`);
    }
    await sleep(LOOK_EVERY_MS);
  }
}
