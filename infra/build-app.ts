import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import type { Stage } from '../lib/stage/stage.ts';
import { type Bundler, esbuildBundler } from './bundle.ts';
import { withFunctionCode } from './function-code.ts';
import { LIMITS, type Limits } from './limits.ts';
import { RelayStack } from './relay-stack.ts';

export interface BuildAppOptions {
  stage: Stage;
  /** Where the cloud assembly goes; `cdk.out` of the working directory, or where the cdk command line says, by default. */
  outdir?: string;
  bundler?: Bundler;
  limits?: Limits;
  /**
   * Whether CloudFormation's own rules are applied to the template, as they are before every deployment; they take some
   * seconds, which whoever only reads the template may leave out.
   */
  validate?: boolean;
}

/** What `cdk` hands to the app it runs; given here too, so that every way to synthesise yields the same template. */
const CLI_CONTEXT = {
  'aws:cdk:enable-path-metadata': true,
  'aws:cdk:enable-asset-metadata': true, // `aws:asset:path` tells the local relay where a function's bundle is
};

/**
 * The CDK app of any stage, one read from a file or made in memory. `synth()` needs no network and no credentials: the
 * template is `<outdir>/Relay.template.json`, each function's bundle in `<outdir>/asset.<hash>/`.
 * @throws ConfigError when numbers in limits.ts contradict each other.
 */
export function buildApp(options: BuildAppOptions): App {
  const { stage, outdir, bundler = esbuildBundler, limits = LIMITS, validate = true } = options;
  const { context } = JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8')) as {
    context: Record<string, unknown>;
  };
  const app = new App({
    ...(outdir === undefined ? {} : { outdir }),
    context: { ...context, ...CLI_CONTEXT },
    analyticsReporting: false,
    autoSynth: false,
    builtinCloudFormationValidation: validate,
  });
  withFunctionCode(stage, bundler, (codeOf) => new RelayStack(app, { stage, limits, codeOf }));
  return app;
}
