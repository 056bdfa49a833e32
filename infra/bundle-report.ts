import { gzipSync } from 'node:zlib';
import { ConfigError } from '../lib/platform/errors.ts';
import type { FunctionName } from '../lib/stage/names.ts';
import type { Bundle } from './bundle.ts';

/** A cold start reads and compiles all of it; the receiver's is in front of a caller who waits. */
export const MAX_BUNDLE_BYTES: Record<FunctionName, number> = {
  'webhook-receiver': 750_000,
  'dedup-router': 900_000,
  'dnc-batcher': 900_000,
  'subscription-reconciler': 900_000,
  'token-refresher': 900_000,
  'metrics-endpoint': 900_000,
  'influx-exporter': 900_000,
};

const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(0);

/** One line a function: size, gzipped size, bound, all in KB (1000 bytes). */
export function bundleTable(bundles: ReadonlyMap<FunctionName, Bundle>): string {
  const rows = [...bundles].map(([name, { code }]) => [
    name,
    kilobytes(code.length),
    kilobytes(gzipSync(code).length),
    kilobytes(MAX_BUNDLE_BYTES[name]),
  ]);
  const header = ['bundle', 'KB', 'gzip KB', 'at most'];
  return [header, ...rows]
    .map(([name = '', ...sizes]) => name.padEnd(24) + sizes.map((size) => size.padStart(9)).join(''))
    .join('\n');
}

/** @throws ConfigError naming each bundle over its bound and the packages that fill it. */
export function assertBundleSizes(bundles: ReadonlyMap<FunctionName, Bundle>): void {
  const faults = [...bundles]
    .filter(([name, { code }]) => code.length > MAX_BUNDLE_BYTES[name])
    .map(([name, { code, packages }]) => {
      const largest = packages.slice(0, 5).map((entry) => `${entry.name} ${kilobytes(entry.bytes)}`);
      return `  ${name}: ${kilobytes(code.length)} KB is over ${kilobytes(MAX_BUNDLE_BYTES[name])} KB; largest: ${largest.join(', ')}`;
    });
  if (faults.length > 0) throw new ConfigError('bundle size', `\n${faults.join('\n')}`);
}
