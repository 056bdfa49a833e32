import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { buildApp } from '../../../infra/build-app.ts';
import { stackName } from '../../../lib/stage/names.ts';
import type { Stage } from '../../../lib/stage/stage.ts';
import { ACCOUNT, type Physical, REGION, type Template } from '../../../local/template/resolve.ts';
import { realSetting } from '../kafka-sinks.ts';
import { ROOT } from '../services/aws/emulator.ts';
import { queryCall, texts } from './signed-call.ts';

const PROJECT = resolve(import.meta.dirname, '../../..');
const DEPLOY_WITHIN_MS = 90_000;

/** One resource of the stack as CloudFormation describes it. */
export interface DeployedResource {
  logicalId: string;
  physicalId: string;
  type: string;
  status: string;
}

export interface DeployedStack {
  template: Template;
  resources: DeployedResource[];
  /** What CloudFormation shows to whoever deployed. */
  outputs: ReadonlyMap<string, string>;
}

/** `cdk bootstrap` and `cdk deploy` as in the README, against the emulator: the assets go through the bootstrap's bucket and roles. */
export async function deployStack(stage: Stage): Promise<DeployedStack> {
  const directory = mkdtempSync(join(tmpdir(), 'relay-deploy-'));
  try {
    const app = join(directory, 'cdk.out');
    const [stack] = buildApp({ stage, outdir: app }).synth().stacks;
    if (stack === undefined) throw new Error('the app has no stack');
    await cdk(directory, 'bootstrap', `aws://${ACCOUNT}/${REGION}`, '--app', app);
    await cdk(directory, 'deploy', '--app', app, '--require-approval', 'never');
    return {
      template: JSON.parse(readFileSync(stack.templateFullPath, 'utf8')) as Template,
      resources: await describeResources(stackName(stage.name)),
      outputs: await describeOutputs(stackName(stage.name)),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The environment of everything that works on the emulated account. */
export const awsEnvironment = () => ({
  AWS_ENDPOINT_URL: realSetting('RELAY_TEST_AWS_URL'),
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: ROOT.accessKeyId,
  AWS_SECRET_ACCESS_KEY: ROOT.secretAccessKey,
});

async function cdk(home: string, ...args: string[]): Promise<void> {
  const command = [join(PROJECT, 'node_modules/aws-cdk/bin/cdk'), ...args, '--no-notices', '--progress', 'events'];
  const offline = { CDK_HOME: home, CDK_DISABLE_VERSION_CHECK: '1', CDK_DISABLE_CLI_TELEMETRY: 'true', CI: 'true' };
  const env = { PATH: process.env.PATH, HOME: home, ...offline, ...awsEnvironment() };
  await promisify(execFile)(process.execPath, command, {
    cwd: PROJECT,
    env,
    timeout: DEPLOY_WITHIN_MS,
    maxBuffer: 2 ** 24,
  });
}

async function describeResources(StackName: string): Promise<DeployedResource[]> {
  const xml = await queryCall('cloudformation', { Action: 'DescribeStackResources', Version: '2010-05-15', StackName });
  const one = (member: string, name: string) => texts(member, name)[0] ?? '';
  return xml
    .split('<member>')
    .slice(1)
    .map((member) => ({
      logicalId: one(member, 'LogicalResourceId'),
      physicalId: one(member, 'PhysicalResourceId'),
      type: one(member, 'ResourceType'),
      status: one(member, 'ResourceStatus'),
    }));
}

async function describeOutputs(StackName: string): Promise<Map<string, string>> {
  const xml = await queryCall('cloudformation', { Action: 'DescribeStacks', Version: '2010-05-15', StackName });
  const values = texts(xml, 'OutputValue');
  return new Map(texts(xml, 'OutputKey').map((key, index) => [key, values[index] ?? '']));
}

/** `Ref` and `Fn::GetAtt` of what was deployed, from the physical ids alone. */
export function physicalOf({ resources }: DeployedStack, apiUrl: string): Map<string, Physical> {
  const arn = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
  const ARNS: Record<string, (id: string) => string> = {
    'AWS::DynamoDB::Table': (id) => arn('dynamodb', `table/${id}`),
    'AWS::Lambda::Function': (id) => arn('lambda', `function:${id}`),
    'AWS::SQS::Queue': (id) => arn('sqs', id.split('/').at(-1) ?? ''),
    'AWS::IAM::Role': (id) => `arn:aws:iam::${ACCOUNT}:role/${id}`,
    'AWS::Logs::LogGroup': (id) => arn('logs', `log-group:${id}:*`),
    'AWS::KMS::Key': (id) => arn('kms', `key/${id}`),
    'AWS::Events::Rule': (id) => arn('events', `rule/${id}`),
    'AWS::CloudWatch::Alarm': (id) => arn('cloudwatch', `alarm:${id}`),
  };
  return new Map(
    resources.map(({ logicalId, physicalId, type }) => [
      logicalId,
      {
        ref: physicalId,
        attributes: {
          Arn: ARNS[type]?.(physicalId) ?? physicalId,
          ApiEndpoint: apiUrl,
          QueueName: physicalId.split('/').at(-1) ?? '',
          TopicName: physicalId.split(':').at(-1) ?? '',
        },
      },
    ]),
  );
}
