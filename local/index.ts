import { relative } from 'node:path';
import { ConfigError, messageOf } from '../lib/platform/errors.ts';
import { runDemo } from './demo.ts';
import { type LocalRelay, startLocalRelay } from './relay.ts';

/** `npm start`: the relay on this machine until SIGINT or SIGTERM (design §10); `npm run demo`: and what it does with a repeat. */

const LAST_RESORT_MS = 9500;
const USAGE = `npm start [-- --demo]
Runs the relay on this machine, at http://127.0.0.1:8787 unless PORT says otherwise, until Ctrl-C.
  --demo    sends an event and its repeats and tells what became of each
Everything else is set by variables: docs/configuration.md. To send, look and repair: npx relay --help`;

const [option, ...more] = process.argv.slice(2);
if (option === '--help') {
  console.log(USAGE);
  process.exit(0);
}
if ((option !== undefined && option !== '--demo') || more.length > 0) {
  console.error(USAGE);
  process.exit(64);
}

try {
  const relay = await startLocalRelay({ environment: process.env, onNotice: (line) => console.error(line) });
  stopOnSignals(relay);
  announce(relay);
  if (option === '--demo') await runDemo(relay, (line) => console.log(line));
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}

function announce({ url, topicLogDirectory, settings }: LocalRelay): void {
  const topics = topicLogDirectory === null ? settings.kafkaBrokers?.join(', ') : shortPath(topicLogDirectory);
  const { port } = new URL(url);
  console.log(
    `Topics: ${topics}. Try it: npx relay send --count 10 --repeat 3${port === '8787' ? '' : ` --port ${port}`}`,
  );
  console.log(`Console, to watch events and to send some: ${url}/`);
  console.log(`CXone Relay listening on ${url}`);
}

/** As one would type it here, unless that leads out of this directory. */
function shortPath(path: string): string {
  const fromHere = relative('', path);
  return fromHere.startsWith('..') ? path : fromHere;
}

function stopOnSignals(relay: LocalRelay): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), LAST_RESORT_MS).unref();
    try {
      await relay.stop();
      process.exit(0);
    } catch (error) {
      console.error(messageOf(error));
      process.exit(1);
    }
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}
