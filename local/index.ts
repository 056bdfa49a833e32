import { relative } from 'node:path';
import { ConfigError, messageOf } from '../lib/platform/errors.ts';
import { type LocalRelay, startLocalRelay } from './relay.ts';

/** `npm start`: the relay on this machine until SIGINT or SIGTERM (design §10). */

const LAST_RESORT_MS = 9500;

try {
  const relay = await startLocalRelay({ environment: process.env, onNotice: (line) => console.error(line) });
  stopOnSignals(relay);
  announce(relay);
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
