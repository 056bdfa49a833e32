import type { OutcomeTotals } from './outcome-feed.ts';

/** One second of the relay. */
export interface ActivitySample {
  /** Its end, epoch ms. */
  atMs: number;
  accepted: number;
  rejected: number;
  routed: number;
  /** By the window and by the queue. */
  dropped: number;
  /** Mean from receipt to the topic's confirmation; null: nothing was routed. */
  routingMs: number | null;
}

const KEPT = 600;
const EVERY_MS = 1000;

/** What happened in each of the last 600 seconds. */
export class ActivityHistory {
  readonly #totals: OutcomeTotals;
  #before: OutcomeTotals;
  #samples: ActivitySample[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(totals: OutcomeTotals) {
    this.#totals = totals;
    this.#before = structuredClone(totals);
    this.#timer = setInterval(() => this.sample(Date.now()), EVERY_MS).unref();
  }

  get samples(): readonly ActivitySample[] {
    return this.#samples;
  }

  /** Ends a second; the timer does it. */
  sample(atMs: number): void {
    const [now, before] = [this.#totals, this.#before];
    const since = (kind: keyof OutcomeTotals['byKind']) => now.byKind[kind] - before.byKind[kind];
    const routed = since('routed');
    this.#samples.push({
      atMs,
      accepted: since('accepted') + since('queue-duplicate'),
      rejected: since('rejected'),
      routed,
      dropped: since('duplicate') + since('queue-duplicate'),
      routingMs: routed === 0 ? null : (now.routedAgeMs - before.routedAgeMs) / routed,
    });
    if (this.#samples.length > KEPT) this.#samples.shift();
    this.#before = structuredClone(now);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
