import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalRelay } from './relay.ts';
import type { RelayCounters } from './state/relay-state.ts';

const GIVE_UP_MS = 30_000;
const LOOK_EVERY_MS = 100;

interface Sent {
  status: number | null;
  eventId: string | null;
}

/**
 * `npm run demo`: one event sent four times, and a line for what became of each. By the console's own buttons, so that whoever
 * opens it can go on from there. @throws Error when the relay does not do it in time.
 */
export async function runDemo(
  { url, state }: Pick<LocalRelay, 'url' | 'state'>,
  say: (line: string) => void,
): Promise<void> {
  const before = (await state()).counters;
  const grown = (counter: keyof RelayCounters) =>
    until(async () => (await state()).counters[counter] > before[counter]);

  const line = (what: string, { status, eventId }: Sent, outcome: string) =>
    say(`${what.padEnd(30)} ${String(status ?? '').padEnd(3)} ${(eventId ?? '').padEnd(22)} ${outcome}`);

  const first = await send(url, 'new');
  await grown('routed');
  line('1. an event', first, 'routed to its topic');
  const again = await send(url, 'repeat');
  await grown('queueDuplicates');
  line('2. the same again', again, 'dropped: the queue remembers it for five minutes');
  const late = await send(url, 'late-repeat');
  await grown('duplicates');
  line('3. once more, past the queue', late, 'dropped: the window and its ledger, for 72 hours');
  line('4. another, signature forged', await send(url, 'forge'), 'refused at the door');
}

async function send(url: string, action: string): Promise<Sent> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/_local/send`, { method: 'POST', headers, body: JSON.stringify({ action }) });
  if (!response.ok) throw new Error(`the relay answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Sent;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const giveUpAtMs = Date.now() + GIVE_UP_MS;
  while (!(await holds())) {
    if (Date.now() > giveUpAtMs) throw new Error(`nothing came of it within ${GIVE_UP_MS / 1000} s; see .local/logs`);
    await sleep(LOOK_EVERY_MS);
  }
}
