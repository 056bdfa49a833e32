import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { buildApp } from '../../infra/build-app.ts';
import type { Bundler } from '../../infra/bundle.ts';
import { LIMITS, type Limits } from '../../infra/limits.ts';
import { parseStage } from '../../lib/stage/parse.ts';

/** A handler that does nothing: what is tested is the template. */
export const emptyBundler: Bundler = (name, directory) =>
  writeFileSync(join(directory, 'index.mjs'), `export const handler = () => '${name}';\n`);

export function withTemporaryDirectory<T>(use: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'cxone-relay-synth-'));
  try {
    return use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The template of a stage file's content, as CloudFormation would get it. */
export function synthesise(name: string, file: object = {}, limits: Limits = LIMITS): Template {
  const stage = parseStage(name, file);
  return withTemporaryDirectory((outdir) => {
    const assembly = buildApp({ stage, outdir, bundler: emptyBundler, limits, validate: false }).synth();
    return Template.fromJSON(assembly.getStackByName(`cxone-relay-${name}`).template as Record<string, unknown>);
  });
}
