import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RelayState } from '../../local/state/relay-state.ts';
import { type RelayProcess, startRelay } from '../e2e/support/relay-process.ts';
import type { Death } from './checker/evidence.ts';
import type { ProcessClock } from './faults/clock.ts';
import type { FaultySqs } from './faults/sqs.ts';

export interface SoakRelay {
  name: string;
  dataDirectory: string;
  /** undefined while it is down. */
  url(): string | undefined;
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
  /** Ends the sandboxes of one function in mid-work; the relay goes on. */
  killFunction(name: string): Promise<void>;
  /** The wall clock of all its functions, seconds ahead of the true time. */
  setClockAheadBy(seconds: number): void;
  /** Resolves when it is up (again). */
  up(): Promise<RelayProcess>;
  end(): Promise<void>;
}

export interface Settled {
  state: RelayState;
  /** null: everything was worked off. */
  unsettled: string | null;
}

export interface SoakRelaySettings {
  name: string;
  dataDirectory: string;
  environment: Record<string, string>;
  stage: Record<string, unknown>;
  sqs: FaultySqs;
  clock: ProcessClock | undefined;
  deaths: Death[];
}

/** A message between two hands is in none of the counts for a moment. */
const CALM_READINGS = 3;
/** What the dead process had begun has reached its end, before anyone else is given its messages. */
const LAST_WORDS_MS = 1000;
/** No fault lasts that long. */
const GIVE_UP_STARTING_MS = 120_000;
/** After this the router has run out of time, in mid-work perhaps. */
const FROZEN_TO_DEATH_MS = 50_000;

/** A relay process that is started again whenever it was killed. */
export async function startSoakRelay(settings: SoakRelaySettings): Promise<SoakRelay> {
  const { name, dataDirectory, stage, sqs, clock, deaths } = settings;
  mkdirSync(dataDirectory, { recursive: true });
  const environment = { ...settings.environment, ...clock?.environment };
  const start = () => startRelay({ dataDirectory, environment, stage });
  let current: RelayProcess | undefined = await start();
  let restarted: Promise<RelayProcess> = Promise.resolve(current);
  let frozenAtMs = 0;
  const dies = (what: string) => deaths.push({ atMs: Date.now(), what: `${name} ${what}` });
  return {
    name,
    dataDirectory,
    url: () => current?.url,
    async kill() {
      const relay = await restarted;
      dies('killed');
      current = undefined;
      await relay.kill();
      restarted = (async () => {
        await sleep(LAST_WORDS_MS);
        await sqs.releaseAll();
        current = await startedAtLast(start);
        return current;
      })();
      restarted.catch(() => undefined); // whoever waits for it hears of it
    },
    freeze() {
      frozenAtMs = Date.now();
      current?.freeze();
    },
    thaw() {
      if (Date.now() - frozenAtMs > FROZEN_TO_DEATH_MS) dies('thawed after a minute');
      current?.thaw();
    },
    async killFunction(functionName) {
      const { url } = await restarted;
      if (functionName === 'dedup-router') dies(`${functionName} killed`); // nobody else publishes
      const answer = await fetch(`${url}/_local/kill/${functionName}`, { method: 'POST' });
      if (!answer.ok) throw new Error(`${functionName} could not be killed: ${await answer.text()}`);
    },
    setClockAheadBy: (seconds) => clock?.setAheadBy(seconds),
    up: () => restarted,
    async end() {
      await (await restarted).kill();
    },
  };
}

/** As a supervisor does: a relay ends its start when a part that it is told to use does not answer. @throws its last error */
async function startedAtLast(start: () => Promise<RelayProcess>): Promise<RelayProcess> {
  const giveUpAtMs = Date.now() + GIVE_UP_STARTING_MS;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      if (Date.now() > giveUpAtMs) throw error;
      await sleep(LAST_WORDS_MS);
    }
  }
}

/**
 * Waits until the queue is empty and no preference is pending, telling the batcher to work; gives up when less has not come to
 * be left for `withinMs`. @throws when the state cannot be read
 */
export async function settle(relays: readonly SoakRelay[], withinMs: number): Promise<Settled> {
  let endMs = Date.now() + withinMs;
  let leastLeft = Number.POSITIVE_INFINITY;
  for (let calm = 0; ; ) {
    const state = await workedState(relays);
    const isOver = Date.now() > endMs;
    if (state instanceof Error) {
      if (isOver) throw state;
      calm = 0;
    } else {
      const { queues, dnc } = state;
      const left = queues.events.visible + queues.events.inFlight + dnc.pending;
      if (left < leastLeft) endMs = Date.now() + withinMs;
      leastLeft = Math.min(left, leastLeft);
      calm = left === 0 ? calm + 1 : 0;
      if (calm >= CALM_READINGS) return { state, unsettled: null };
      if (isOver) return { state, unsettled: JSON.stringify({ queues, dnc: { ...dnc, numbers: undefined } }) };
    }
    await sleep(500);
  }
}

async function workedState(relays: readonly SoakRelay[]): Promise<RelayState | Error> {
  const [relay] = await Promise.all(relays.map((one) => one.up()));
  if (relay === undefined) throw new RangeError('there is no relay');
  try {
    await relay.invoke('dnc-batcher'); // a failure is in its log; the next turn asks again
    const state = await relay.state();
    return state.queues === undefined
      ? new Error(`the relay does not tell its state: ${JSON.stringify(state)}`)
      : state;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

export const logOf = ({ dataDirectory }: SoakRelay, functionName: string): string =>
  join(dataDirectory, 'logs', `${functionName}.ndjson`);
