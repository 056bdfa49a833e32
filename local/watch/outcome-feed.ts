import { QueueRepeats } from './queue-repeats.ts';

export type OutcomeKind = 'accepted' | 'queue-duplicate' | 'rejected' | 'routed' | 'duplicate' | 'parked' | 'retry';

/** One outcome, of a request at the door or of an event in the router, with the wide log line that tells of it. */
export interface SeenOutcome {
  /** Grows by one an outcome. */
  id: number;
  at: string;
  kind: OutcomeKind;
  line: Record<string, unknown>;
}

export interface OutcomeTotals {
  byKind: Record<OutcomeKind, number>;
  rejectedByReason: Record<string, number>;
  /** DNC events have no topic: `DNC queue`. */
  routedByDestination: Record<string, number>;
  /** Sum over the routed, from receipt to the topic's confirmation. */
  routedAgeMs: number;
}

export const DNC_DESTINATION = 'DNC queue';
const KEPT = 200;
const ROUTER_KINDS: readonly string[] = ['routed', 'duplicate', 'parked', 'retry'] satisfies OutcomeKind[];

/** Outcomes since the start, read from the functions' log lines; the last 200 are kept. */
export class OutcomeFeed {
  readonly totals: OutcomeTotals = {
    byKind: {
      accepted: 0,
      'queue-duplicate': 0,
      rejected: 0,
      routed: 0,
      duplicate: 0,
      parked: 0,
      retry: 0,
    },
    rejectedByReason: {},
    routedByDestination: {},
    routedAgeMs: 0,
  };
  readonly #repeats = new QueueRepeats();
  #latest: SeenOutcome[] = [];
  #lastId = 0;

  /** Lines that tell of no outcome are passed over. */
  read(text: string): void {
    if (!text.includes('"message":"webhook"') && !text.includes('"message":"event ')) return;
    const line = parse(text);
    const at = typeof line?.timestamp === 'string' ? line.timestamp : new Date().toISOString();
    const kind = line && this.#kindOf(line, Date.parse(at));
    if (line === undefined || kind === undefined) return;
    this.#count(kind, line);
    this.#latest.push({ id: ++this.#lastId, at, kind, line });
    if (this.#latest.length >= 2 * KEPT) this.#latest = this.#latest.slice(-KEPT);
  }

  /** Those after an id, the oldest first, the newest 200 at most. */
  after(id: number): SeenOutcome[] {
    return this.#latest.slice(-KEPT).filter((outcome) => outcome.id > id);
  }

  #kindOf({ message, status, eventId, outcome }: Record<string, unknown>, atMs: number): OutcomeKind | undefined {
    if (message === 'webhook') {
      if (status !== 202) return 'rejected';
      return this.#repeats.isRepeat(String(eventId), atMs) ? 'queue-duplicate' : 'accepted';
    }
    return ROUTER_KINDS.includes(String(outcome)) ? (outcome as OutcomeKind) : undefined;
  }

  #count(kind: OutcomeKind, { reason, topic, ageMs }: Record<string, unknown>): void {
    this.totals.byKind[kind]++;
    if (kind === 'rejected') increment(this.totals.rejectedByReason, String(reason));
    if (kind !== 'routed') return;
    increment(this.totals.routedByDestination, typeof topic === 'string' ? topic : DNC_DESTINATION);
    this.totals.routedAgeMs += typeof ageMs === 'number' ? ageMs : 0;
  }
}

function increment(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined; // a line cut off when its sandbox was ended
  }
}
