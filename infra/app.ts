import { App } from 'aws-cdk-lib';
import { buildApp } from './build-app.ts';
import { exitOnConfigError } from './exit-on-config-error.ts';
import { readStageFile, stageFilePath } from './stage-file.ts';

/** Run by the cdk command line (`cdk.json`): `npx cdk deploy -c stage=prod`; the stage is `dev` unless named. */
exitOnConfigError(() => {
  const stage: unknown = new App({ autoSynth: false }).node.tryGetContext('stage') ?? 'dev';
  buildApp({ stage: readStageFile(stageFilePath(String(stage)), 'cloud') }).synth();
});
