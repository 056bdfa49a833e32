import { describe, expect, it } from '@jest/globals';
import type { Spoil } from './driven-world.ts';
import { exploreAll } from './every-interleaving.ts';
import { RULES, run, SCOPES, type TinyScope, Violation } from './filter-model.mjs';
import { type RunSettings, randomRun } from './random-runs.ts';

const SEEDS = Number(process.env.RELAY_TEST_SEEDS ?? 700);
/**
 * RELAY_TEST_EXHAUSTIVE=1: all messages and faults of every scope, some minutes. Otherwise two routers at two keys with one fault
 * (a loss or a crash anywhere, at a new generation too), and one original with its repeats under all faults.
 */
const ALL_FAULTS = process.env.RELAY_TEST_EXHAUSTIVE === '1';
const FULL_SCOPES = ['loss', 'midnight'];
const original = (scope: TinyScope): TinyScope => ({
  ...scope,
  messages: scope.messages.filter(({ key }) => key === 'k0'),
});
const SETTINGS: RunSettings[] = [{}, { redrive: true }, { off: true }];
const LONG_MS = 3_600_000;

/** The first violation in up to `seeds` random runs of each setting. */
async function firstViolation(seeds: number, extra: Partial<RunSettings>): Promise<string | undefined> {
  for (let seed = 0; seed < seeds; seed++) {
    for (const setting of SETTINGS) {
      try {
        await randomRun(seed, { ...setting, ...extra });
      } catch (error) {
        if (error instanceof Violation)
          return `${error.kind} (seed ${seed} ${JSON.stringify(setting)}): ${error.message}`;
        throw error;
      }
    }
  }
  return undefined;
}

describe('the deduplicator in the world of the specification', () => {
  it(
    'keeps the guarantees in random interleavings of two and three routers, with losses, rollbacks, crashes and skewed clocks',
    async () => {
      expect(await firstViolation(SEEDS, {})).toBeUndefined();
    },
    LONG_MS,
  );

  it('takes the window at its word, drops repeats, and reports no damage where nothing was lost', async () => {
    const sums = { believed: 0, asked: 0, damaged: 0, falseAlarms: 0 };
    for (let seed = 0; seed < 300; seed++) {
      const { stats } = await randomRun(seed);
      for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] += stats[name];
    }
    expect(sums.believed).toBeGreaterThan(100);
    expect(sums.damaged).toBeGreaterThan(10);
    expect(sums.falseAlarms).toBe(0);
  });

  it.each(['loss', 'outage', 'ledger', 'midnight', 'window'] as const)(
    'keeps the guarantees in every interleaving of two routers with a fault at any step: %s',
    async (name) => {
      const scope = SCOPES[name];
      if (!scope) throw new Error(`no scope ${name}`);
      const { messages, budget } = ALL_FAULTS || FULL_SCOPES.includes(name) ? scope : original(scope);
      const faults = ALL_FAULTS || !FULL_SCOPES.includes(name) ? budget : 1;
      const explored = await exploreAll({ ...scope, messages, budget: faults }, Number.POSITIVE_INFINITY);
      expect(explored.states).toBeGreaterThan(500);
      expect(explored.ends).toBeGreaterThan(10);
    },
    LONG_MS,
  );
});

/** What the world must notice: one store that no longer keeps its part of the protocol. */
const SPOILED: Record<string, Spoil> = {
  'unconfirmed bits are not covered': (ports) => ({
    ...ports,
    record: { ...ports.record, cover: async () => 'refused' },
  }),
  'generations are not listed': (ports) => ({ ...ports, record: { ...ports.record, list: async () => 'done' } }),
  'stamps tell nothing': (ports) => ({
    ...ports,
    bloom: {
      ...ports.bloom,
      async check(request) {
        const { maybe, generations } = await ports.bloom.check(request);
        return { maybe, generations: new Map([...generations].map(([n]) => [n, { stamp: 'same', adds: 0 }])) };
      },
    },
  }),
  'sinceMs is not heeded': (ports) => ({
    ...ports,
    record: { ...ports.record, read: async () => ({ ...(await ports.record.read()), sinceMs: 0 }) },
  }),
  'a "maybe" is taken for a duplicate': (ports) => ({
    ...ports,
    ledger: {
      ...ports.ledger,
      async find(keys) {
        const answer = await ports.ledger.find(keys);
        return { ...answer, receivedAtMs: new Map([...keys].map((key) => [key, MIDDLE_MS])) };
      },
    },
  }),
  'a ledger that has not answered passes for empty': (ports) => ({
    ...ports,
    ledger: {
      ...ports.ledger,
      find: (keys) => ports.ledger.find(keys).catch(() => ({ receivedAtMs: new Map(), unanswered: new Set<string>() })),
    },
  }),
};
/** Within a window of most events of a random run, which begin around day 200. */
const MIDDLE_MS = 201 * 86_400_000;

describe('the check itself', () => {
  it.each(Object.keys(SPOILED))('notices when %s', async (name) => {
    const spoil = SPOILED[name];
    if (!spoil) throw new Error(name);
    expect(await firstViolation(2000, { spoil })).toMatch(/^G[123]/);
  });

  it('notices when reads are not strong', async () => {
    expect(await firstViolation(2000, { rules: { ...RULES, strong: false } })).toMatch(/^G3/);
  });

  it.each(['cover', 'list', 'stamp', 'sinceMs', 'ledger', 'neverLower', 'strong'])(
    'notices when the specification goes without "%s"',
    (element) => {
      const rules = { ...RULES, [element]: false };
      const runAll = () => {
        for (let seed = 0; seed < 2000; seed++) for (const setting of SETTINGS) run(seed, rules, setting);
      };
      expect(runAll).toThrow(Violation);
    },
  );
});
