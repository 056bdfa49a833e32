import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import type { FunctionName } from '../lib/stage/names.ts';

const ROOT = resolve(import.meta.dirname, '..');

/** CommonJS inside an ESM bundle still calls `require` for Node's own modules. */
const REQUIRE_BANNER =
  "import{createRequire as relayCreateRequire}from'node:module';const require=relayCreateRequire(import.meta.url);";

/** Writes what a function runs into `directory`: `index.mjs`, exporting `handler`. */
export type Bundler = (name: FunctionName, directory: string) => void;

const bundles = new Map<FunctionName, Uint8Array>();

/**
 * functions/<name>/index.ts and all it imports as one ESM file for Node 24, minified; the AWS SDK is inside, at our version.
 * Names of classes and functions are kept, because logs and error codes quote them. No source map: it would be several
 * times the bundle and be unpacked at every cold start. The same sources give the same bytes, so an unchanged function is
 * not deployed again. Built once a process.
 */
export const esbuildBundler: Bundler = (name, directory) => {
  let code = bundles.get(name);
  if (!code) {
    code = build(name);
    bundles.set(name, code);
  }
  writeFileSync(join(directory, 'index.mjs'), code);
};

function build(name: FunctionName): Uint8Array {
  const { outputFiles } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: [`functions/${name}/index.ts`],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true,
    legalComments: 'none',
    banner: { js: REQUIRE_BANNER },
    logLevel: 'error',
  });
  const [file] = outputFiles;
  if (!file) throw new Error(`esbuild wrote nothing for ${name}`);
  return file.contents;
}
