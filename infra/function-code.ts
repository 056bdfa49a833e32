import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { FunctionName } from '../lib/stage/names.ts';
import type { Stage } from '../lib/stage/stage.ts';
import type { Bundler } from './bundle.ts';

/**
 * Gives `use` the asset of each function: its bundle and, beside it, the validated stage (lib/stage/bundled.ts reads it).
 * The assets are made in a temporary directory; CDK copies them into the assembly, under the hash of what is in them, when
 * the function is constructed, so that the directory can go when `use` has ended.
 */
export function withFunctionCode(
  stage: Stage,
  bundler: Bundler,
  use: (codeOf: (name: FunctionName) => Code) => void,
): void {
  const directory = mkdtempSync(join(tmpdir(), 'cxone-relay-bundles-'));
  const stageJson = `${JSON.stringify(stage, null, 2)}\n`;
  const codeOf = (name: FunctionName): Code => {
    const asset = join(directory, name);
    mkdirSync(asset);
    bundler(name, asset);
    writeFileSync(join(asset, 'stage.json'), stageJson);
    return Code.fromAsset(asset);
  };
  try {
    use(codeOf);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
