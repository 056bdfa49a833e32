import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BATCHER, MONTH_SECONDS } from '../../../cli/capacity/assumptions.ts';
import { bottlenecks } from '../../../cli/capacity/bottlenecks.ts';
import { monthlyCost } from '../../../cli/capacity/cost.ts';
import { capacityDocument } from '../../../cli/capacity/document.ts';
import { fittingRate, planFilter } from '../../../cli/capacity/filter.ts';
import { guaranteeCosts } from '../../../cli/capacity/guarantees.ts';
import type { Load } from '../../../cli/capacity/load.ts';
import { costOf, PRICES } from '../../../cli/capacity/prices.ts';
import { STAGE_DEFAULTS } from '../../../cli/capacity/quotas.ts';
import { outlooksOf, reportJson, reportText } from '../../../cli/capacity/report.ts';
import { upstashCost } from '../../../cli/capacity/upstash-cost.ts';
import { batchSizeWith, usageOf } from '../../../cli/capacity/usage.ts';
import { LIMITS } from '../../../infra/limits.ts';
import { parseStage } from '../../../lib/stage/parse.ts';
import { relayCommand } from '../../support/command-line.ts';

const load = (over: Partial<Load> = {}): Load => ({
  eventsPerSecond: 1000,
  duplicates: 0.02,
  sizeBytes: 1024,
  batchSize: 10,
  dncShare: 0,
  activeKeys: 10_000,
  filter: 'upstash',
  ...over,
});

const anyLoad = fc.record({
  eventsPerSecond: fc.double({ min: 0.01, max: 200_000, noNaN: true }),
  duplicates: fc.double({ min: 0, max: 0.99, noNaN: true }),
  sizeBytes: fc.integer({ min: 1, max: 700_000 }),
  batchSize: fc.integer({ min: 1, max: 10 }),
  dncShare: fc.double({ min: 0, max: 1, noNaN: true }),
  activeKeys: fc.integer({ min: 1, max: 1_000_000 }),
  filter: fc.constantFrom('upstash' as const, 'off' as const),
});

const lineOf = (of: Load, what: string) => monthlyCost(of).lines.find((line) => line.what === what)?.usdPerMonth;

describe('prices', () => {
  it('go by tiers: what lies in a tier costs what that tier says', () => {
    expect(costOf('apiRequest', 1e6)).toBeCloseTo(1, 9);
    expect(costOf('apiRequest', 400e6)).toBeCloseTo(300 + 90, 6);
    expect(costOf('logIngestedGb', 35_000)).toBeCloseTo(5000 + 5000 + 500, 6);
    expect(costOf('customMetric', 0)).toBe(0);
  });

  it('have tiers that rise, the last one open, and a page to check them on', () => {
    for (const { tiers, page } of Object.values(PRICES)) {
      const ends = tiers.map(({ upTo }) => upTo);
      expect(ends).toEqual([...ends].sort((a, b) => a - b));
      expect(ends.at(-1)).toBe(Number.POSITIVE_INFINITY);
      expect(page).toMatch(/^https:\/\//);
    }
  });

  it('of Upstash are those of the cheapest plan that holds data and traffic', () => {
    expect(upstashCost({ commands: 1e6, dataGb: 0.1, trafficGb: 1 })).toEqual({
      plan: 'pay as you go',
      usdPerMonth: 2 + 0.025,
    });
    expect(upstashCost({ commands: 10e6, dataGb: 0.1, trafficGb: 20 }).plan).toBe('Fixed 250 MB');
    expect(upstashCost({ commands: 100e6, dataGb: 0.1, trafficGb: 160 }).plan).toBe('Fixed 5 GB');
  });
});

describe('the monthly cost', () => {
  it('is, by hand, for one event a second in batches of ten', () => {
    const second = load({ eventsPerSecond: 1, duplicates: 0, sizeBytes: 1024 });
    const millions = MONTH_SECONDS / 1e6;
    expect(lineOf(second, 'HTTP API requests')).toBeCloseTo(1.0 * millions, 6);
    expect(lineOf(second, 'FIFO sends')).toBeCloseTo(0.5 * millions, 6);
    expect(lineOf(second, 'FIFO receives and deletes')).toBeCloseTo(0.1 * millions, 6);
    expect(lineOf(second, 'receiver GB-seconds')).toBeCloseTo(12_000 * 0.0000133334 * millions, 6);
    expect(lineOf(second, 'ledger writes')).toBeCloseTo(0.625 * millions, 6);
    expect(lineOf(second, 'filter record reads')).toBeCloseTo(0.0125 * millions, 6);
    expect(lineOf(second, 'ledger reads of repeats')).toBe(0);
    const bitmapsGb = (6 * (32 + Math.ceil((86_400 * 14.3776) / 8))) / 1e9; // six days, 14.38 bits an event
    expect(lineOf(second, 'filter: pay as you go')).toBeCloseTo(0.2 * millions + 0.25 * bitmapsGb, 4);
  });

  it('counts each 64 KB of a message, sent alone and received ten at a time', () => {
    // 100 KiB of body are 133 KiB of base64: three chunks; ten of them 1,333 KiB and their envelopes: 21
    const { sqsRequests } = usageOf(load({ eventsPerSecond: 10, sizeBytes: 100 * 1024 }));
    expect(sqsRequests).toEqual({ send: 30, receive: 21, delete: 1 });
  });

  it('adds up', () => {
    fc.assert(
      fc.property(anyLoad, (some) => {
        const { lines, usdPerMonth, usdPerMillion } = monthlyCost(some);
        expect(lines.reduce((sum, line) => sum + line.usdPerMonth, 0)).toBeCloseTo(usdPerMonth, 6);
        expect((usdPerMillion * some.eventsPerSecond * MONTH_SECONDS) / 1e6 / usdPerMonth).toBeCloseTo(1, 9);
        for (const line of lines) expect(line.usdPerMonth).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('rises with traffic and with size, and falls with fuller batches', () => {
    fc.assert(
      fc.property(anyLoad, (some) => {
        const { usdPerMonth } = monthlyCost(some);
        expect(monthlyCost({ ...some, eventsPerSecond: 1.5 * some.eventsPerSecond }).usdPerMonth).toBeGreaterThan(
          usdPerMonth,
        );
        expect(monthlyCost({ ...some, sizeBytes: 2 * some.sizeBytes }).usdPerMonth).toBeGreaterThanOrEqual(usdPerMonth);
        const single = monthlyCost({ ...some, batchSize: 1, sizeBytes: 1024 }).usdPerMonth;
        expect(monthlyCost({ ...some, batchSize: 10, sizeBytes: 1024 }).usdPerMonth).toBeLessThan(single);
      }),
    );
  });

  it('of a million events of 1 KB with 2 % repeats is within 3.50 USD, every guarantee on, in full batches', () => {
    for (const eventsPerSecond of [40, 100, 1000, 10_000, 100_000])
      expect(monthlyCost(load({ eventsPerSecond })).usdPerMillion).toBeLessThanOrEqual(3.5);
  });

  it('is within 3.50 USD from 35 events/s on when the router runs every minute, and costs less than one event a batch from one event a second on', () => {
    const minute = (eventsPerSecond: number) => {
      const of = { ...load({ eventsPerSecond }), routerRuns: 'every-minute' } as const;
      return monthlyCost({ ...of, batchSize: batchSizeWith(of, 1) }).usdPerMillion;
    };
    for (const eventsPerSecond of [35, 50, 100, 300]) expect(minute(eventsPerSecond)).toBeLessThanOrEqual(3.5);
    for (const eventsPerSecond of [1, 10, 100])
      expect(minute(eventsPerSecond)).toBeLessThan(monthlyCost(load({ eventsPerSecond, batchSize: 1 })).usdPerMillion);
  });

  it('of DNC wishes comes on top, and of their history most', () => {
    expect(lineOf(load(), 'DNC queue and history units')).toBe(0);
    const wishes = load({ eventsPerSecond: 1, duplicates: 0, dncShare: 1 });
    expect(lineOf(wishes, 'DNC queue and history units')).toBeCloseTo((7 * 0.625 + 0.125) * (MONTH_SECONDS / 1e6), 6);
  });
});

describe('the filter that is planned', () => {
  it('keeps its default rate as long as a record of 100 MB holds a day', () => {
    expect(planFilter(100)?.falsePositiveRate).toBe(0.001);
    expect(planFilter(100)?.maybeRate).toBeGreaterThan(0.003);
    expect(planFilter(100)?.maybeRate).toBeLessThan(0.004);
    expect(planFilter(fittingRate(0.001) - 1)?.falsePositiveRate).toBe(0.001);
    expect(planFilter(fittingRate(0.001) + 5)?.falsePositiveRate).toBeGreaterThan(0.001);
  });

  it('fits its record at any rate, and is given up where it would answer "maybe" too often', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1e6, noNaN: true }), (rate) => {
        const plan = planFilter(rate); // the geometry throws when it does not fit
        if (plan) expect(plan.falsePositiveRate).toBeLessThanOrEqual(0.3);
        else expect(rate).toBeGreaterThan(0.9 * fittingRate());
      }),
    );
    expect(planFilter(10_000)).toBeUndefined();
  });

  it('leaves every new event to the ledger when it is off', () => {
    const { ledgerReads, redisCalls, recordReads } = usageOf(load({ filter: 'off' }));
    expect({ ledgerReads, redisCalls, recordReads }).toEqual({
      ledgerReads: { repeats: 20, maybes: 980 },
      redisCalls: 0,
      recordReads: 100,
    });
  });
});

describe('the average batch', () => {
  it('is one while a router is free, and what comes while all are busy from there on, at most ten', () => {
    expect(batchSizeWith(load({ eventsPerSecond: 10 }), 2)).toBe(1);
    expect(batchSizeWith(load({ eventsPerSecond: 1e6 }), 2)).toBe(10);
    const some = load({ eventsPerSecond: 200 });
    const batchSize = batchSizeWith(some, 2);
    const { batches, batchSeconds } = usageOf({ ...some, batchSize });
    expect(batches * batchSeconds).toBeCloseTo(2, 6); // both are busy all the time
    expect(batchSize).toBeGreaterThan(3);
  });

  it("of a run by the clock is a minute's events", () => {
    const minute = (eventsPerSecond: number) =>
      batchSizeWith({ ...load({ eventsPerSecond }), routerRuns: 'every-minute' }, 1);
    expect([minute(0.001), minute(0.1), minute(1)]).toEqual([1, 6, 10]);
  });
});

describe('bottlenecks', () => {
  it('come nearest first, and no nearer when traffic falls', () => {
    fc.assert(
      fc.property(anyLoad, (some) => {
        const shares = bottlenecks(some).map(({ share }) => share);
        expect(shares).toEqual([...shares].sort((a, b) => b - a));
        const less = bottlenecks({ ...some, eventsPerSecond: some.eventsPerSecond / 2 });
        expect(less[0]?.share ?? 0).toBeLessThanOrEqual((shares[0] ?? 0) * 1.001);
      }),
    );
  });

  it('name the filter record at 3,000 batches a second, whatever is in them', () => {
    const record = (of: Load) => bottlenecks(of).find(({ limit }) => limit === 'filter record, one item')?.share;
    expect(record(load({ eventsPerSecond: 3000, batchSize: 1 }))).toBeCloseTo(1, 9);
    expect(record(load({ eventsPerSecond: 30_000, batchSize: 10 }))).toBeCloseTo(1, 9);
    expect(record(load({ eventsPerSecond: 30_000, batchSize: 10, filter: 'off' }))).toBeCloseTo(1, 9);
  });

  it('name the batcher, which tells CXone a hundred numbers at a time, where more wishes come', () => {
    const first = bottlenecks(load({ dncShare: 1 })).find(({ lifted }) => lifted === 'by design');
    expect(first).toMatchObject({ limit: 'DNC batcher, one request at a time', asked: 980 });
    expect(first?.share).toBeGreaterThan(5);
    const batcher = (of: Load) => bottlenecks(of).find(({ limit }) => limit === first?.limit)?.share;
    expect([batcher(load({ eventsPerSecond: 100, dncShare: 0.1 })), batcher(load())]).toEqual([
      expect.closeTo(0.06),
      0,
    ]);
    expect(STAGE_DEFAULTS.dncBatchSize).toBe(parseStage('any-stage', {}).dnc.batchSize);
    expect(BATCHER.runSeconds).toBe(LIMITS.timeoutSeconds['dnc-batcher']);
  });

  it('show what one order key can do', () => {
    const [first] = bottlenecks(load({ eventsPerSecond: 400, activeKeys: 1 })).filter(
      ({ lifted }) => lifted === 'by design',
    );
    expect(first?.limit).toMatch(/one order key|batches at once/);
    expect(first?.share).toBeGreaterThan(1);
  });
});

describe('what is to be raised', () => {
  const text = (over: Partial<Load>) => {
    const { batchSize, ...rest } = load(over);
    return reportText(outlooksOf(rest, [batchSize]));
  };

  it('is a throttle before it is met, and the size of the filter once it is', () => {
    expect(text({ eventsPerSecond: 10 })).toContain('Nothing has to be raised.');
    expect(text({ eventsPerSecond: 499 })).not.toContain('set apiThrottling');
    expect(text({ eventsPerSecond: 500 })).toContain('set apiThrottling.requestsPerSecond and .burst to 1000');
    expect(text({ eventsPerSecond: 12 })).toContain(
      'set dedup.eventsPerDay to 1016064 and .falsePositiveRate to 0.001',
    );
    expect(text({ eventsPerSecond: 1000 })).toContain(
      'set dedup.eventsPerDay to 84672000 and .falsePositiveRate to 0.011',
    );
    expect(text({ eventsPerSecond: 10_000 })).toContain('set dedup.filter to "off"');
  });
});

describe('what guarantees cost', () => {
  it('is part of the whole', () => {
    const { usdPerMillion } = monthlyCost(load());
    const events = guaranteeCosts(load()).filter(({ guarantee }) => !guarantee.includes('DNC'));
    expect(events.reduce((sum, each) => sum + each.usdPerMillion, 0)).toBeLessThan(usdPerMillion);
    expect(events.length).toBeGreaterThan(5);
  });

  it('of order is a tenth of a dollar for each million requests', () => {
    const order = guaranteeCosts(load()).find(({ guarantee }) => guarantee.includes('order'));
    expect(order?.usdPerMillion).toBeCloseTo(0.1 * 1.2, 9);
  });
});

describe('npx relay capacity', () => {
  const capacity = (args: string) => relayCommand(`capacity ${args}`);

  it('takes a rate and has a default for the rest', async () => {
    const { code, lines } = await capacity('--events-per-second 50 --json');
    expect(code).toBe(0);
    const loads = JSON.parse(lines.join()).outlooks.map((outlook: { load: Load }) => outlook.load);
    const usual = { eventsPerSecond: 50, duplicates: 0.02, sizeBytes: 1024, dncShare: 0, activeKeys: 1000 };
    expect(loads).toEqual([1, 10].map((batchSize) => ({ ...usual, filter: 'upstash', batchSize })));
  });

  it.each([
    ['', /--events-per-second is missing/],
    ['--events-per-second 0', /'0' is invalid. It must be a number above 0/],
    ['--events-per-second=', /--events-per-second/],
    ['--events-per-second many', /--events-per-second/],
    ['--events-per-second Infinity', /--events-per-second/],
    ['--events-per-second 1 --duplicates 1', /'1' is invalid. It must be a number from 0 to below 1/],
    ['--events-per-second 1 --size 700001', /--size/],
    ['--events-per-second 1 --batch 11', /'11' is invalid. It must be a number from 1 to 10/],
    ['--events-per-second 1 --dnc -1', /--dnc/],
    ['--events-per-second 1 --keys 0', /'0' is invalid. It must be a number from 1\.$/],
    ['--events-per-second 1 --filter redis', /Allowed choices are upstash, off/],
    ['--events-per-second 1 --colour red', /--colour/],
    ['--document --json', /--document.*cannot be used with.*--json/],
  ])('refuses "%s" and says why', async (args, message) => {
    const { code, lines, notes } = await capacity(args);
    expect({ code, lines }).toEqual({ code: 64, lines: [] });
    expect(notes[0]).toMatch(message);
  });

  it('tells in text and JSON the same sum', () => {
    const { batchSize: _size, ...rest } = load();
    const outlooks = outlooksOf(rest, [10]);
    const sum = monthlyCost(load()).usdPerMonth;
    expect(JSON.parse(reportJson(outlooks)).outlooks[0].cost.usdPerMonth).toBeCloseTo(sum, 6);
    expect(reportText(outlooks)).toContain(sum.toLocaleString('en-US', { maximumFractionDigits: 2 }));
  });

  it('prints docs/capacity.md as it stands: npx relay capacity --document > docs/capacity.md', () => {
    const standing = readFileSync(join(import.meta.dirname, '../../../docs/capacity.md'), 'utf8');
    expect(standing).toBe(capacityDocument());
  });
});
