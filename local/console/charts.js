import { byId, setText } from './elements.js';
import UPlot from './uplot.js';

const KEPT = 600;
const samples = [];
const darkness = matchMedia('(prefers-color-scheme: dark)');
let charts = [];

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const CHARTS = [
  {
    id: 'rate-chart',
    series: [
      ['accepted', 'blue', []],
      ['routed', 'green', []],
      ['dropped', 'violet', [6, 4]],
      ['rejected', 'red', [2, 3]],
    ],
  },
  { id: 'latency-chart', series: [['routingMs', 'green', []]] },
];

export function drawCharts() {
  const draw = () => {
    for (const { plot } of charts) plot.destroy();
    charts = CHARTS.map(({ id, series }) => ({ plot: chart(byId(id), series), series, host: byId(id) }));
    update();
  };
  draw();
  darkness.addEventListener('change', draw);
  new ResizeObserver(() => {
    for (const { plot, host } of charts) plot.setSize({ width: host.clientWidth, height: 180 });
  }).observe(byId('rate-chart'));
}

const timeOf = (seconds) => new Date(seconds * 1000).toLocaleTimeString('en-GB');

function chart(host, series) {
  const axis = {
    stroke: colour('muted'),
    grid: { stroke: colour('line'), width: 1 },
    ticks: { show: false },
    font: '12px system-ui',
  };
  const lines = series.map(([name, hue, dash]) => ({
    label: name === 'routingMs' ? 'mean ms' : name,
    stroke: colour(hue),
    width: 2,
    dash,
    spanGaps: true,
    points: { show: name === 'routingMs', size: 5 },
  }));
  const options = {
    width: host.clientWidth,
    height: 180,
    series: [{ label: 'time' }, ...lines],
    axes: [
      { ...axis, space: 80, size: 28, values: (_plot, seconds) => seconds.map(timeOf) },
      { ...axis, size: 40 },
    ],
    scales: { y: { range: (_plot, _low, high) => [0, Math.max(1, high ?? 1) * 1.1] } },
    legend: { show: series.length > 1, live: false },
    cursor: { drag: { x: false, y: false } },
  };
  return new UPlot(options, dataOf(series), host);
}

const dataOf = (series) => [
  samples.map(({ atMs }) => atMs / 1000),
  ...series.map(([name]) => samples.map((sample) => sample[name])),
];

export function showSamples(fresh) {
  samples.push(...fresh);
  samples.splice(0, Math.max(0, samples.length - KEPT));
  if (!document.hidden) update();
}

function update() {
  for (const { plot, series } of charts) plot.setData(dataOf(series));
  const { accepted = 0, routed = 0, dropped = 0, rejected = 0 } = samples.at(-1) ?? {};
  const routing = samples.findLast(({ routingMs }) => routingMs !== null)?.routingMs;
  setText(byId('rate-now'), `accepted ${accepted}, routed ${routed}, dropped ${dropped}, rejected ${rejected}`);
  setText(byId('latency-now'), routing === undefined ? 'nothing routed yet' : `last ${Math.round(routing)}`);
}
