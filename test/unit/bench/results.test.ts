import { describe, expect, it } from '@jest/globals';
import { parseBenchCall } from '../../../bench/options.ts';
import { type Bound, summaryTable } from '../../../bench/report.ts';
import { machineTicks, ticksOf } from '../../../bench/whole-way/process-cpu.ts';
import { stageChart } from '../../../bench/whole-way/stage-chart.ts';
import { withFigures } from '../../../bench/written-results.ts';

const DOCUMENT = 'a\n<!-- figures: one -->\nold\n<!-- end -->\nb\n<!-- figures: two -->\nkept\n<!-- end -->\n';

describe('RESULTS.md', () => {
  it("gets a measurement's figures between its marks and keeps the rest", () => {
    const written = withFigures(DOCUMENT, 'one', 'new');
    expect(written).toBe(DOCUMENT.replace('old', 'new'));
    expect(withFigures(written, 'one', 'new')).toBe(written);
  });

  it('gets nothing where there are no marks', () => {
    expect(() => withFigures(DOCUMENT, 'three', 'new')).toThrow('figures: three');
    expect(() => withFigures('<!-- figures: one -->', 'one', 'new')).toThrow(RangeError);
  });
});

describe('the summary', () => {
  const figure = (what: string, median: number, bound: Bound) => ({
    what,
    ratio: { min: median - 0.5, median, max: median + 0.5 },
    bound,
    detail: 'x',
  });

  it('has all figures with a bound and marks those that miss theirs', () => {
    const text = summaryTable({
      one: [figure('kept', 21, { atLeast: 20 }), figure('told', 1, null)],
      two: [figure('  missed', 1.2, { atMost: 1.1 }), figure('too few', 19, { atLeast: 20 })],
    });
    const rows = text.split('\n').map((row) => row.split('|').map((cell) => cell.trim()));
    expect(rows.slice(2)).toEqual([
      ['', '`one`', 'kept', '21.00 (20.50 … 21.50)', '≥ 20.00', ''],
      ['', '`two`', 'missed', '1.20 (0.70 … 1.70) `!`', '≤ 1.10', ''],
      ['', '`two`', 'too few', '19.00 (18.50 … 19.50) `!`', '≥ 20.00', ''],
    ]);
  });
});

describe('the command line of the bench', () => {
  it('takes all measurements unless some are named', () => {
    expect(parseBenchCall([], ['a', 'b'])).toEqual({ names: ['a', 'b'], short: false, write: false });
    expect(parseBenchCall(['--write', 'b'], ['a', 'b'])).toEqual({ names: ['b'], short: false, write: true });
  });

  it('names what there is, and writes no short figures', () => {
    expect(() => parseBenchCall(['c'], ['a', 'b'])).toThrow('there are a, b');
    expect(() => parseBenchCall(['--short', '--write'], ['a'])).toThrow('not written');
  });
});

describe('CPU time', () => {
  it('of a process is user and system time, whatever its name', () => {
    expect(ticksOf('7 (a) b) S 1 2 3 4 5 6 7 8 9 10 120 30 0 0')).toBe(150);
  });

  it('of the machine leaves out idling and waiting for disks', () => {
    expect(machineTicks('cpu  10 1 5 100 20 2 3 4 50 0\ncpu0 1 1 1 1\n')).toEqual({ busy: 25, all: 145 });
  });
});

describe('the picture of the stages', () => {
  const bars = [
    { label: 'relay <p50>', way: { wholeMs: 30, stages: { gateway: 5, queue: 10, publish: 15 } } },
    { label: 'copier', way: { wholeMs: 10, stages: { publish: 10 } } },
  ];
  const widths = (svg: string, stage: string) =>
    [...svg.matchAll(/width="([\d.]+)" height="34" fill="[^"]+"><title>([^:]+)/g)]
      .filter(([, , name]) => name === stage)
      .map(([, width]) => Number(width));

  it('draws each stage as long as it took, all bars to one scale', () => {
    const svg = stageChart('whole way', bars);
    const [publish = 0, copied = 0] = widths(svg, 'publish');
    const [gateway = 0] = widths(svg, 'gateway');
    expect(publish).toBeGreaterThan(100);
    expect(gateway / publish).toBeCloseTo(1 / 3, 2);
    expect(copied / publish).toBeCloseTo(2 / 3, 2);
    expect(svg).toContain('>30 ms<');
    expect(svg).toContain('relay &lt;p50>');
  });
});
