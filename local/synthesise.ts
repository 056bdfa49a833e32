import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildApp } from '../infra/build-app.ts';
import type { Stage } from '../lib/stage/stage.ts';
import type { Template } from './template/resolve.ts';

export interface Application {
  template: Template;
  /** Where the template's assets lie. */
  assemblyDirectory: string;
}

/** The stack of this stage as `cdk deploy` would send it, bundles included. */
export function synthesise(stage: Stage, assemblyDirectory: string): Application {
  const [stack] = buildApp({ stage, outdir: assemblyDirectory, validate: false }).synth().stacks;
  if (stack === undefined) throw new Error('the app has no stack');
  const template = JSON.parse(readFileSync(join(assemblyDirectory, stack.templateFile), 'utf8')) as Template;
  return { template, assemblyDirectory };
}
