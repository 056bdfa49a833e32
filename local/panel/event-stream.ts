import type { ServerResponse } from 'node:http';
import { systemClock } from '../../lib/platform/clock.ts';
import type { ActivityHistory } from '../watch/activity-history.ts';
import type { OutcomeFeed } from '../watch/outcome-feed.ts';

export interface EventStreamSettings {
  snapshot: () => Promise<unknown>;
  outcomes: OutcomeFeed;
  history: ActivityHistory;
}

const EVERY_MS = 1000;
/** Reading the state takes a tenth of the time at most, however large the tables are. */
const REST_FACTOR = 9;
const OUTCOMES_EVERY_MS = 250;
const HEARTBEAT_EVERY_MS = 15_000;

interface Listener {
  response: ServerResponse;
  lastOutcome: number;
  lastSampleMs: number;
  lastState: string;
}

/**
 * `GET /_local/events`, Server-Sent Events: `state` when it has changed, looked at once a second; `outcomes` and `samples` as
 * arrays, at first those that are kept. Nothing is read while nobody listens.
 */
export class EventStream {
  readonly #settings: EventStreamSettings;
  readonly #listeners = new Set<Listener>();
  readonly #closed = new AbortController();
  #state = '';
  #reading = false;

  constructor(settings: EventStreamSettings) {
    this.#settings = settings;
    const every = (ms: number, work: () => void) => {
      const timer = setInterval(work, ms).unref();
      this.#closed.signal.addEventListener('abort', () => clearInterval(timer));
    };
    every(OUTCOMES_EVERY_MS, () => this.#tellAll());
    every(HEARTBEAT_EVERY_MS, () => {
      for (const { response } of this.#listeners) response.write(':\n\n');
    });
  }

  add(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const listener: Listener = { response, lastOutcome: 0, lastSampleMs: 0, lastState: '' };
    this.#listeners.add(listener);
    response.on('close', () => this.#listeners.delete(listener));
    this.#tell(listener);
    if (!this.#reading) void this.#readWhileHeard();
  }

  /** Ends all streams: an open one would hold up the end of the relay. */
  close(): void {
    this.#closed.abort();
    for (const { response } of this.#listeners) response.end();
  }

  async #readWhileHeard(): Promise<void> {
    this.#reading = true;
    while (this.#listeners.size > 0 && !this.#closed.signal.aborted) {
      const startMs = performance.now();
      try {
        this.#state = JSON.stringify(await this.#settings.snapshot());
      } catch {
        // a store that does not answer now is asked again; the page shows how old its numbers are
      }
      this.#tellAll();
      const restMs = Math.max(EVERY_MS, REST_FACTOR * (performance.now() - startMs));
      await systemClock.sleep(restMs, this.#closed.signal).catch(() => undefined); // ends the loop by its condition
    }
    this.#reading = false;
  }

  #tellAll(): void {
    for (const listener of this.#listeners) this.#tell(listener);
  }

  #tell(listener: Listener): void {
    const { outcomes, history } = this.#settings;
    const newOutcomes = outcomes.after(listener.lastOutcome);
    listener.lastOutcome = newOutcomes.at(-1)?.id ?? listener.lastOutcome;
    const samples = history.samples.filter(({ atMs }) => atMs > listener.lastSampleMs);
    listener.lastSampleMs = samples.at(-1)?.atMs ?? listener.lastSampleMs;
    const send = (event: string, json: string) => listener.response.write(`event: ${event}\ndata: ${json}\n\n`);
    if (newOutcomes.length > 0) send('outcomes', JSON.stringify(newOutcomes));
    if (samples.length > 0) send('samples', JSON.stringify(samples));
    if (this.#state === '' || this.#state === listener.lastState) return;
    send('state', this.#state);
    listener.lastState = this.#state;
  }
}
