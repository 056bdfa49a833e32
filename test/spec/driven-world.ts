import type { BloomReply, BloomWindow } from '../../lib/dedup/bloom-window.ts';
import { createDeduplicator } from '../../lib/dedup/deduplicator.ts';
import type { FilterRecordStore } from '../../lib/dedup/filter-record.ts';
import { generationOf, generationsAround } from '../../lib/dedup/generations.ts';
import type { Ledger } from '../../lib/dedup/ledger.ts';
import type { DedupEvent, Deduplicator } from '../../lib/dedup/types.ts';
import { remember, type SeenGenerations } from '../../lib/dedup/window-check.ts';
import {
  ERR,
  type Message,
  type Op,
  type RecordItem,
  type Router,
  RULES,
  type Rules,
  type Scenario,
  type ScriptReply,
  World,
} from './filter-model.mjs';

export const WINDOW_MS = 72 * 3_600_000;
const NOTHING_MORE = 1_000_000;

/** The stores as one router meets them; a test may spoil one to see the checker notice. */
export interface Ports {
  bloom: BloomWindow;
  record: FilterRecordStore;
  ledger: Ledger;
}
export type Spoil = (ports: Ports) => Ports;

/** One call that waits for the world to execute it. */
interface Parked {
  op: Op;
  resolve(result: unknown): void;
}

/** A process: one deduplicator with its memory, and the handler around it as far as the guarantees are concerned. */
interface Process {
  deduplicator: Deduplicator;
  calls: Parked[];
  /** Tells that a call was parked, or that the batch is over. */
  changed: () => void;
  publishing: Message[];
  /** The window's replies in this batch; the last one counts. */
  replies: (BloomReply | undefined)[];
  /** What the deduplicator remembers from batch to batch, as far as it can be told from outside. */
  memory: { seen: SeenGenerations; writeFailed: boolean };
}

/**
 * The specification's world (queue, Redis, DynamoDB, clocks, faults, guarantees) around the deduplicator that is deployed:
 * each call to a store parks until the world executes it, so that anything may happen between two calls.
 */
export class DrivenWorld extends World {
  readonly #processes = new Map<Router, Process>();
  readonly #unsettled = new Set<Router>();
  readonly #spoil: Spoil;

  constructor(scenario: Scenario, spoil: Spoil = (ports) => ports, rules: Rules = RULES) {
    super(scenario, rules, () => ({}));
    this.#spoil = spoil;
  }

  override resume(router: Router, results?: unknown[]): void {
    router.history.push(results, this.now);
    router.pending = [];
    this.#unsettled.add(router);
    const process = this.#processes.get(router) ?? this.#start(router);
    const waiting = process.calls.splice(0);
    if (results === undefined) void this.#work(router, process);
    else for (const [index, call] of waiting.entries()) call.resolve(results[index]);
  }

  override crash(router: Router): void {
    super.crash(router);
    this.#processes.delete(router); // its parked calls are never answered
    this.#unsettled.delete(router);
  }

  /** Lets every router go on to its next calls; to be awaited after each action. */
  async settle(): Promise<void> {
    for (const router of this.#unsettled) {
      const process = this.#processes.get(router);
      while (process && router.run && process.calls.length === 0) {
        await new Promise<void>((resolve) => {
          process.changed = resolve;
        });
      }
      for (let i = 0; i < 4; i++) await undefined; // calls made side by side
      if (process && router.run) router.pending = process.calls.map(({ op }) => ({ op }));
    }
    this.#unsettled.clear();
  }

  /** For fingerprints: two processes with equal memories behave alike. */
  memoryOf(router: Router): unknown {
    const memory = this.#processes.get(router)?.memory;
    return memory && [[...memory.seen], memory.writeFailed];
  }

  #start(router: Router): Process {
    const process: Process = {
      deduplicator: { decide: neverCalled },
      calls: [],
      changed: () => {},
      publishing: [],
      replies: [],
      memory: { seen: new Map(), writeFailed: false },
    };
    const park = <T>(op: Op) =>
      new Promise<T>((resolve) => {
        process.calls.push({ op, resolve: (result) => resolve(result as T) });
        process.changed();
      });
    const ports = this.#spoil({
      bloom: bloomPort(park, process),
      record: recordPort(park),
      ledger: ledgerPort(park, process),
    });
    process.deduplicator = createDeduplicator({
      bloom: router.off ? undefined : ports.bloom,
      record: ports.record,
      ledger: ports.ledger,
      clock: { nowMs: () => router.now(), sleep: neverCalled },
      windowMs: WINDOW_MS,
      onFault: () => {},
      freshStamp: () => router.fresh(),
    });
    this.#processes.set(router, process);
    return process;
  }

  /** The handler: decide, publish, commit, answer. */
  async #work(router: Router, process: Process): Promise<void> {
    const messages = router.batch;
    const run = router.run;
    const events = new Map<DedupEvent, Message>(messages.map((m) => [eventOf(m), m]));
    const park = <T>(op: Op) =>
      new Promise<T>((resolve) => {
        process.calls.push({ op, resolve: (result) => resolve(result as T) });
        process.changed();
      });
    const { verdicts, stats, commit } = await process.deduplicator.decide([...events.keys()]);
    router.stat(stats.believed, stats.asked);
    const fresh = [...events].filter(([event]) => verdicts.get(event)?.fate === 'new');
    let routed: ReadonlySet<DedupEvent> = new Set();
    if (fresh.length > 0) {
      const sent = await park<boolean[]>({ op: 'publish', msgs: fresh.map(([, m]) => m) });
      const published = fresh.filter((_, index) => sent[index]);
      process.publishing = published.map(([, m]) => m);
      if (published.length > 0)
        routed = await commit(
          published.map(([event]) => event),
          this.now + NOTHING_MORE,
        );
    }
    const outcomes = [...events].map(([event, message]) => {
      const verdict = verdicts.get(event);
      if (verdict?.fate === 'duplicate') return [message, 'duplicate'];
      if (verdict?.fate === 'copy') return [message, routed.has(verdict.of) ? 'duplicate' : 'retry'];
      return [message, routed.has(event) ? 'routed' : 'retry'];
    });
    await park({ op: 'answer', outcomes });
    if (router.run !== run) return; // crashed meanwhile
    const counting = process.replies.splice(0).at(-1);
    if (counting) remember(process.memory.seen, { generations: counting.generations, isNew: neverCalled });
    Object.assign(router, { run: null, pending: [], batch: [], history: [] });
    process.changed();
  }
}

const eventOf = (m: Message): DedupEvent => ({
  id: String(m.id),
  ledgerKey: m.key,
  groupId: m.group,
  receivedAtMs: m.r,
});

const neverCalled = (): never => {
  throw new Error('not part of the protocol');
};

type Park = <T>(op: Op) => Promise<T>;

const failed = () => new Error('the store has not answered');

function bloomPort(park: Park, process: Process): BloomWindow {
  return {
    capacity: 1000,
    async check({ events, offeredStamp, seen }) {
      const asked = events.map(({ ledgerKey, receivedAtMs }, id) => {
        const own = generationOf(receivedAtMs);
        return { id, key: ledgerKey, own, ask: generationsAround(own, WINDOW_MS) };
      });
      const op = { op: 'script', stamp: offeredStamp, seen: Object.fromEntries(seen), events: asked };
      const reply = await park<ScriptReply | null>(op);
      const index = process.replies.push(undefined) - 1;
      if (!reply) throw failed();
      const states = Object.entries(reply.gens).map(
        ([n, { stamp, adds }]) => [Number(n), stamp === undefined ? undefined : { stamp, adds }] as const,
      );
      const maybe = events.map((_, id) => reply.verdicts[id] === 'maybe');
      process.replies[index] = { maybe, generations: new Map(states) };
      return { maybe, generations: new Map(states) };
    },
  };
}

function recordPort(park: Park): FilterRecordStore {
  const update = async (change: (current: RecordItem | null) => RecordItem | null, damaged = false) => {
    const done = await park<string>({ op: 'updateRecord', damaged, change });
    if (done === ERR) throw failed();
    return done === 'ok' ? ('done' as const) : ('refused' as const);
  };
  return {
    async read() {
      const record = await park<RecordItem | null | typeof ERR>({ op: 'readRecord' });
      if (record === ERR) throw failed();
      const listed = Object.entries(record?.listed ?? {}).map(([n, stamp]) => [Number(n), stamp] as const);
      return { sinceMs: record?.sinceMs ?? 0, listed: new Map(listed) };
    },
    damage: ({ was, now, sinceMs }) =>
      update((current) => {
        if (!current || [...was].some(([n, stamp]) => current.listed[n] !== stamp)) return null;
        for (const n of was.keys()) {
          const stamp = now.get(n);
          if (stamp === undefined) delete current.listed[n];
          else current.listed[n] = stamp;
        }
        return { ...current, sinceMs: Math.max(current.sinceMs, sinceMs) };
      }, true),
    list: (stamps, forget) =>
      update((current) => {
        const next = current ?? { sinceMs: 0, listed: {} };
        if ([...stamps].some(([n, stamp]) => n in next.listed && next.listed[n] !== stamp)) return null;
        for (const n of forget) delete next.listed[n];
        for (const [n, stamp] of stamps) next.listed[n] = stamp;
        return next;
      }),
    cover: (neededMs, toMs) =>
      update((current) => ((current?.sinceMs ?? 0) >= neededMs ? null : { listed: {}, ...current, sinceMs: toMs })),
  };
}

function ledgerPort(park: Park, process: Process): Ledger {
  return {
    async find(ledgerKeys) {
      const found = await park<Record<string, { r: number } | undefined> | typeof ERR>({
        op: 'get',
        keys: [...ledgerKeys],
      });
      if (found === ERR) throw failed();
      const known = [...ledgerKeys].flatMap((key) => (found[key] ? [[key, found[key].r] as const] : []));
      return { receivedAtMs: new Map(known), unanswered: new Set() };
    },
    async commit(originals) {
      const op = { op: 'commit', items: Object.fromEntries(originals), published: process.publishing };
      process.memory.writeFailed = (await park<string>(op)) !== 'ok';
      return process.memory.writeFailed ? new Set() : new Set(originals.keys());
    },
    async takesWrites() {
      await park({ op: 'wait', until: 0 });
      process.memory.writeFailed = false;
      return true;
    },
  };
}
