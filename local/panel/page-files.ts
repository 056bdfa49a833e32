import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join, resolve } from 'node:path';

const PROJECT = resolve(import.meta.dirname, '../..');
const PAGE = join(PROJECT, 'local/console');
const UPLOT = join(PROJECT, 'node_modules/uplot/dist');
const OWN = [
  'style.css',
  'icon.svg',
  'console.js',
  'charts.js',
  'elements.js',
  'outcomes.js',
  'panel.js',
  'picture.js',
  'tables.js',
];

/** Nothing else is served, whatever is asked for. */
const FILES: ReadonlyMap<string, string> = new Map([
  ['/', join(PAGE, 'index.html')],
  ...OWN.map((name) => [`/_local/console/${name}`, join(PAGE, name)] as const),
  ['/_local/console/uplot.js', join(UPLOT, 'uPlot.esm.js')],
  ['/_local/console/uplot.css', join(UPLOT, 'uPlot.min.css')],
]);
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** The console's page and what it loads. False: there is no such file. */
export async function servePageFile(path: string, response: ServerResponse): Promise<boolean> {
  const file = FILES.get(path);
  if (file === undefined) return false;
  const content = await readFile(file);
  const type = TYPES[extname(file)] ?? 'application/octet-stream';
  response.writeHead(200, { ...HEADERS, 'content-type': type, 'content-length': content.length });
  response.end(content);
  return true;
}
