import { writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { buildSync, type Metafile } from 'esbuild';
import { ALL_FUNCTION_NAMES, type FunctionName } from '../lib/stage/names.ts';

const ROOT = resolve(import.meta.dirname, '..');

/** CommonJS inside an ESM bundle still calls `require` for Node's own modules. */
const REQUIRE_BANNER =
  "import{createRequire as relayCreateRequire}from'node:module';const require=relayCreateRequire(import.meta.url);";

const HTTP_AS_NEEDED = resolve(import.meta.dirname, 'builtins/http.cjs');
const CREDENTIALS_OF_ENVIRONMENT = resolve(import.meta.dirname, 'builtins/credentials.ts');
/** esbuild's `alias`; why is said there. */
export const BUNDLE_ALIAS = {
  'node:http': HTTP_AS_NEEDED,
  http: HTTP_AS_NEEDED,
  '@aws-sdk/credential-provider-node': CREDENTIALS_OF_ENVIRONMENT,
};

/** Writes what a function runs into `directory`: `index.mjs`, exporting `handler`. */
export type Bundler = (name: FunctionName, directory: string) => void;

export interface Bundle {
  code: Uint8Array;
  /** Minified bytes of each package in it, largest first; the relay's own code is `cxone-relay`. */
  packages: { name: string; bytes: number }[];
  /** Paths, from the project's root, of the files that left something in it. */
  sources: string[];
}

export const esbuildBundler: Bundler = (name, directory) =>
  writeFileSync(join(directory, 'index.mjs'), bundleOf(name).code);

let bundles: ReadonlyMap<FunctionName, Bundle> | undefined;

/**
 * functions/<name>/index.ts and all it imports as one ESM file for Node 24, minified; the AWS SDK is inside, at our version.
 * No source map (it would be several times the bundle) and no kept names (5 % more): errors are told apart by their code,
 * which no minifier touches. The same sources give the same bytes, so an unchanged function is not deployed again. All are
 * built at once, since they share most of what is parsed, and once a process.
 */
export function bundleOf(name: FunctionName): Bundle {
  bundles ??= buildAll();
  const bundle = bundles.get(name);
  if (!bundle) throw new Error(`esbuild wrote nothing for ${name}`);
  return bundle;
}

function buildAll(): ReadonlyMap<FunctionName, Bundle> {
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: ALL_FUNCTION_NAMES.map((name) => ({ in: `functions/${name}/index.ts`, out: name })),
    outdir: 'bundles', // names the results; nothing is written
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    alias: BUNDLE_ALIAS,
    banner: { js: REQUIRE_BANNER },
    logLevel: 'error',
  });
  const codes = new Map(outputFiles.map(({ path, contents }) => [basename(path, '.js'), contents]));
  const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path, '.js'), output]));
  return new Map(
    ALL_FUNCTION_NAMES.flatMap((name) => {
      const [code, output] = [codes.get(name), outputs.get(name)];
      return code && output
        ? [[name, { code, packages: packagesOf(output), sources: sourcesOf(output) }] as const]
        : [];
    }),
  );
}

function sourcesOf({ inputs }: Metafile['outputs'][string]): string[] {
  return Object.keys(inputs).filter((path) => (inputs[path]?.bytesInOutput ?? 0) > 0);
}

function packagesOf({ inputs }: Metafile['outputs'][string]): Bundle['packages'] {
  const bytesOf = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'cxone-relay';
    bytesOf.set(name, (bytesOf.get(name) ?? 0) + bytesInOutput);
  }
  return [...bytesOf].map(([name, bytes]) => ({ name, bytes })).sort((a, b) => b.bytes - a.bytes);
}
