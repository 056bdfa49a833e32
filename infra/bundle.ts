import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildSync, type Metafile } from 'esbuild';
import type { FunctionName } from '../lib/stage/names.ts';

const ROOT = resolve(import.meta.dirname, '..');

/** CommonJS inside an ESM bundle still calls `require` for Node's own modules. */
const REQUIRE_BANNER =
  "import{createRequire as relayCreateRequire}from'node:module';const require=relayCreateRequire(import.meta.url);";

/** Writes what a function runs into `directory`: `index.mjs`, exporting `handler`. */
export type Bundler = (name: FunctionName, directory: string) => void;

export interface Bundle {
  code: Uint8Array;
  /** Minified bytes of each package in it, largest first; the relay's own code is `cxone-relay`. */
  packages: { name: string; bytes: number }[];
}

export const esbuildBundler: Bundler = (name, directory) =>
  writeFileSync(join(directory, 'index.mjs'), bundleOf(name).code);

const bundles = new Map<FunctionName, Bundle>();

/**
 * functions/<name>/index.ts and all it imports as one ESM file for Node 24, minified; the AWS SDK is inside, at our version.
 * No source map (it would be several times the bundle) and no kept names (5 % more): errors are told apart by their code,
 * which no minifier touches. The same sources give the same bytes, so an unchanged function is not deployed again. Built
 * once a process.
 */
export function bundleOf(name: FunctionName): Bundle {
  let bundle = bundles.get(name);
  if (!bundle) {
    bundle = build(name);
    bundles.set(name, bundle);
  }
  return bundle;
}

function build(name: FunctionName): Bundle {
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: [`functions/${name}/index.ts`],
    outfile: 'index.mjs',
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    banner: { js: REQUIRE_BANNER },
    logLevel: 'error',
  });
  const [file] = outputFiles;
  if (!file) throw new Error(`esbuild wrote nothing for ${name}`);
  return { code: file.contents, packages: packagesOf(metafile) };
}

function packagesOf({ outputs }: Metafile): Bundle['packages'] {
  const bytesOf = new Map<string, number>();
  for (const output of Object.values(outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
      const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'cxone-relay';
      bytesOf.set(name, (bytesOf.get(name) ?? 0) + bytesInOutput);
    }
  }
  return [...bytesOf].map(([name, bytes]) => ({ name, bytes })).sort((a, b) => b.bytes - a.bytes);
}
