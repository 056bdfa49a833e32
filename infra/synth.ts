import { parseArgs } from 'node:util';
import { ALL_FUNCTION_NAMES } from '../lib/stage/names.ts';
import { buildApp } from './build-app.ts';
import { bundleOf } from './bundle.ts';
import { assertBundleSizes, bundleTable } from './bundle-report.ts';
import { exitOnConfigError } from './exit-on-config-error.ts';
import { readStageFile, stageFilePath } from './stage-file.ts';
import { topicList } from './topic-list.ts';

/**
 * `npm run synth [-- --stage prod]`: writes cdk.out, lists the topics and holds the bundles to their bounds. It calls the
 * app that `cdk deploy` runs, without the command line around it: no network, no credentials, no account. The template is
 * the same because buildApp supplies the context that the command line would (a test compares the two).
 */
exitOnConfigError(() => {
  const { stage: name } = parseArgs({ options: { stage: { type: 'string', default: 'dev' } } }).values;
  const stage = readStageFile(stageFilePath(name), 'cloud');
  const assembly = buildApp({ stage, outdir: 'cdk.out' }).synth();
  const bundles = new Map(ALL_FUNCTION_NAMES.map((each) => [each, bundleOf(each)]));
  for (const { stackName, templateFullPath } of assembly.stacks) console.log(`${stackName}: ${templateFullPath}`);
  console.log(topicList(stage));
  console.log(bundleTable(bundles));
  assertBundleSizes(bundles);
});
