import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { buildApp } from '../../infra/build-app.ts';
import { readStageFile, stageFilePath } from '../../infra/stage-file.ts';
import { withTemporaryDirectory } from './synthesise.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** Without credentials, without a region, and with a proxy that nothing can be reached through; CloudFormation's rules, slow, are left to `npm run synth`. */
function run(script: string, ...args: string[]) {
  const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
  const env = { PATH, HTTPS_PROXY: 'http://127.0.0.1:1', HTTP_PROXY: 'http://127.0.0.1:1', CDK_VALIDATION: 'false' };
  return spawnSync(process.execPath, [script, ...args], { cwd: ROOT, encoding: 'utf8', env });
}

describe('the CDK app', () => {
  it.each(['dev', 'prod'])('accepts the stage file %s as one for the cloud', (stage) => {
    expect(readStageFile(stageFilePath(stage), 'cloud').name).toBe(stage);
  });

  it('synthesises through the cdk command line, offline, what buildApp makes', () => {
    withTemporaryDirectory((directory) => {
      const cli = join(directory, 'cli');
      const { status, stderr } = run('node_modules/aws-cdk/bin/cdk', 'synth', '--quiet', '-c', 'stage=prod', '-o', cli);
      expect([status, stderr]).toEqual([0, expect.any(String)]);
      const own = join(directory, 'own');
      buildApp({ stage: readStageFile(stageFilePath('prod'), 'cloud'), outdir: own, validate: false }).synth();
      for (const file of ['Relay.template.json', 'Relay.assets.json'])
        expect(JSON.parse(readFileSync(join(cli, file), 'utf8'))).toEqual(
          JSON.parse(readFileSync(join(own, file), 'utf8')),
        );
    });
  }, 120_000);

  it('ends with the message alone when a setting is wrong', () => {
    const { status, stderr } = run('infra/synth.ts', '--stage', 'local');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^stage file "local": 2 faults\n {2}kafka\.brokers: .*\n {2}cxone\.baseUrl: .*\n$/);
  });

  it('names the stages there are when one is asked for that is not', () => {
    expect(() => readStageFile(stageFilePath('nowhere'), 'cloud')).toThrow(/stages with a file: .*dev.*prod/);
  });

  it('says where a stage file is no JSON', () => {
    withTemporaryDirectory((directory) => {
      const path = join(directory, 'broken.json');
      writeFileSync(path, '{ "kafka": }');
      expect(() => readStageFile(path, 'local')).toThrow(/broken\.json: not JSON: .*Unexpected token/);
    });
  });
});
