import { STAGES, type TimedWay } from './stages.ts';

/** One bar, drawn to the scale of all. */
export interface Bar {
  label: string;
  way: TimedWay;
}

const WIDTH = 860;
const LEFT = 190;
const RIGHT = 90;
const BAR = 34;
const GAP = 22;
const TOP = 78;
/** Told apart by those who see red and green alike, too (Okabe and Ito), on white and on black. */
const COLOURS = ['#56b4e9', '#f0e442', '#009e73', '#e69f00', '#d55e00', '#cc79a7']; // black can be read on each
/** A part narrower than this has no room for its figure. */
const FIGURE_FROM = 30;

/** Stacked bars as SVG: text takes the reader's colour scheme, where the picture is shown by itself or in a page. */
export function stageChart(title: string, bars: readonly Bar[]): string {
  const height = TOP + bars.length * (BAR + GAP) + 34;
  const longest = Math.max(...bars.map(({ way }) => way.wholeMs));
  const scale = (WIDTH - LEFT - RIGHT) / longest;
  const body = bars.map((bar, row) => barOf(bar, TOP + row * (BAR + GAP), scale)).join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">
<style>
  text { font: 14px system-ui, sans-serif; fill: #1f2328 } .small { font-size: 12px }
  text.in { fill: #000; font-size: 12px } .back { fill: #fff } .axis { stroke: #8c959f; stroke-width: 1 }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .back { fill: #0d1117 } }
</style>
<rect class="back" width="${WIDTH}" height="${height}"/>
<text x="16" y="26" font-weight="600">${escaped(title)}</text>
${legend()}
${body}
${axis(longest, scale, height)}
</svg>
`;
}

function legend(): string {
  const step = (WIDTH - 32) / STAGES.length;
  return STAGES.map((stage, index) => {
    const x = 16 + index * step;
    return `<rect x="${px(x)}" y="44" width="12" height="12" fill="${COLOURS[index]}"/><text class="small" x="${px(x + 17)}" y="55">${stage}</text>`;
  }).join('\n');
}

function barOf({ label, way }: Bar, y: number, scale: number): string {
  const middle = y + BAR / 2 + 5;
  let x = LEFT;
  const parts = STAGES.map((stage, index) => {
    const ms = way.stages[stage] ?? 0;
    const width = ms * scale;
    const figure = `<text class="in" x="${px(x + width / 2)}" y="${middle}" text-anchor="middle">${figureOf(ms)}</text>`;
    const part = `<rect x="${px(x)}" y="${y}" width="${px(width)}" height="${BAR}" fill="${COLOURS[index]}"><title>${stage}: ${figureOf(ms)} ms</title></rect>`;
    x += width;
    return width >= FIGURE_FROM ? part + figure : part;
  });
  const whole = `<text x="${px(x + 8)}" y="${middle}">${figureOf(way.wholeMs)} ms</text>`;
  return `<text x="${LEFT - 12}" y="${middle}" text-anchor="end">${escaped(label)}</text>${parts.join('')}${whole}`;
}

/** Round figures, at most eight of them. */
function axis(longest: number, scale: number, height: number): string {
  const power = 10 ** Math.floor(Math.log10(longest / 8));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => longest / candidate <= 8) ?? power;
  const y = height - 34;
  const marks = Array.from({ length: Math.floor(longest / step) + 1 }, (_, n) => n * step).map((ms) => {
    const x = px(LEFT + ms * scale);
    return `<path class="axis" d="M${x} ${y}v5"/><text class="small" x="${x}" y="${y + 19}" text-anchor="middle">${Number(ms.toFixed(3))}</text>`;
  });
  return `<path class="axis" d="M${LEFT} ${y}H${WIDTH - RIGHT}"/>${marks.join('')}<text class="small" x="${WIDTH - RIGHT + 20}" y="${y + 19}">ms</text>`;
}

const px = (value: number): string => String(Number(value.toFixed(1)));
const figureOf = (ms: number): string => ms.toFixed(ms < 10 ? 1 : 0);
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
