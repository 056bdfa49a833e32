import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { ALL_FUNCTION_NAMES, FUNCTION_NAMES, type FunctionName } from '../../lib/stage/names.ts';
import { permissionsOf } from './permissions.ts';
import { synthesise } from './synthesise.ts';
import { TELEMETRY_ON } from './telemetry-on.ts';

/** Resource → actions. The events queue's four are what Lambda needs to poll it, and what a retry's delay needs. */
const MAY: Record<(typeof FUNCTION_NAMES)[number], Record<string, string[]>> = {
  'webhook-receiver': { QueueEvents: ['sqs:SendMessage'], secrets: ['webhook'] },
  'dedup-router': {
    QueueEvents: ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
    QueueDeadLetter: ['sqs:SendMessage'],
    TablesLedger: [
      'dynamodb:BatchGetItem',
      'dynamodb:BatchWriteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
    ],
    TablesInteractionState: ['dynamodb:UpdateItem'],
    TablesDncQueue: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    TablesDncHistory: ['dynamodb:PutItem'],
    secrets: ['kafka', 'upstash'],
  },
  'dnc-batcher': {
    'TablesDncQueue/index/pending': ['dynamodb:Query'],
    TablesDncQueue: ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'],
    TablesDncHistory: ['dynamodb:BatchWriteItem', 'dynamodb:PutItem'],
    TablesTokens: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    TablesControl: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem'],
    TablesAudit: ['dynamodb:PutItem', 'dynamodb:Query'],
    secrets: ['audit', 'cxone'],
  },
  'subscription-reconciler': {
    TablesTokens: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    TablesControl: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem'],
    TablesAudit: ['dynamodb:PutItem', 'dynamodb:Query'],
    secrets: ['audit', 'cxone', 'webhook'],
  },
  'token-refresher': { TablesTokens: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], secrets: ['cxone'] },
};

interface ControlStatement {
  Action: string | string[];
  Resource: unknown;
  Condition?: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': unknown } };
}

const COUNTING = ['dynamodb:BatchGetItem TablesControl', 'dynamodb:PutItem TablesControl'];
const secret = (name: string) =>
  `secretsmanager:GetSecretValue arn:*:secretsmanager:*:*:secret:cxone-relay/dev/${name}-??????`;

const FOR_TELEMETRY: Record<FunctionName, string[]> = {
  'webhook-receiver': [],
  'dedup-router': COUNTING,
  'dnc-batcher': ['dynamodb:BatchGetItem TablesControl'], // the rest it may do already
  'subscription-reconciler': ['dynamodb:BatchGetItem TablesControl'],
  'token-refresher': COUNTING,
  'metrics-endpoint': [
    'dynamodb:BatchGetItem TablesControl',
    'sqs:GetQueueAttributes QueueEvents',
    secret('prometheus'),
  ],
  'influx-exporter': ['dynamodb:GetItem TablesControl', ...COUNTING, secret('influx')],
};

function expected(name: (typeof FUNCTION_NAMES)[number]): string[] {
  const { secrets = [], ...rest } = MAY[name];
  return [
    ...Object.entries(rest).flatMap(([resource, actions]) => actions.map((action) => `${action} ${resource}`)),
    ...secrets.map(secret),
  ].sort();
}

describe('least privilege', () => {
  let template: Template;
  let withTelemetry: Template;
  beforeAll(() => {
    template = synthesise('dev');
    withTelemetry = synthesise('dev', TELEMETRY_ON);
  });

  it.each(FUNCTION_NAMES)('%s may do these things and nothing else', (name) => {
    expect(permissionsOf(template, name).filter((line) => !line.startsWith('logs:'))).toEqual(expected(name));
  });

  it.each(ALL_FUNCTION_NAMES)('%s may do these things more for the sake of telemetry', (name) => {
    const without = new Set(permissionsOf(template, name));
    const more = permissionsOf(withTelemetry, name).filter((line) => !without.has(line) && !line.startsWith('logs:'));
    expect(more).toEqual([...FOR_TELEMETRY[name]].sort());
  });

  it('lets each function at its own items alone, in the one table that all of them keep something in', () => {
    const statements = Object.entries(withTelemetry.findResources('AWS::IAM::Policy')).flatMap(([id, policy]) =>
      (policy.Properties.PolicyDocument.Statement as ControlStatement[])
        .filter(({ Resource }) => JSON.stringify(Resource).includes('TablesControl'))
        .map(({ Action, Condition }) => [
          id.replace(/Role.*/, ''),
          [Action].flat().map((action) => action.replace('dynamodb:', '')),
          Condition?.['ForAllValues:StringLike']['dynamodb:LeadingKeys'],
        ]),
    );
    const counting = [['BatchGetItem', 'PutItem'], ['counters#*']];
    const remembering = ['GetItem', 'PutItem'];
    const leasing = ['DeleteItem', 'PutItem'];
    const byText = (list: unknown[]) => list.map((each) => JSON.stringify(each)).sort();
    expect(byText(statements)).toEqual(
      byText([
        ['DedupRouter', ...counting],
        ['DncBatcher', ...counting],
        ['DncBatcher', remembering, ['audit-head#dnc', 'dnc-pause']],
        ['DncBatcher', leasing, ['lease#dnc-batcher']],
        ['InfluxExporter', ['BatchGetItem'], ['counters#*']],
        ['InfluxExporter', remembering, ['telemetry#influx']],
        ['MetricsEndpoint', ['BatchGetItem'], ['counters#*']],
        ['SubscriptionReconciler', ...counting],
        ['SubscriptionReconciler', remembering, ['audit-head#subscriptions', 'subscription*', 'webhook#*']],
        ['SubscriptionReconciler', leasing, ['lease#subscription-reconciler']],
        ['TokenRefresher', ...counting],
      ]),
    );
  });

  it('lets the router into the MSK cluster that the stage names, to write to its topics', () => {
    const arn = 'arn:aws:kafka:eu-central-1:123456789012:cluster/events/0a1b2c3d-1';
    const permissions = permissionsOf(
      synthesise('dev', {
        routing: { A: 'cxone.a', B: 'cxone.a' },
        kafka: { sasl: 'msk-iam', mskClusterArn: arn, interactionStateTopic: 'cxone.states' },
      }),
      'dedup-router',
    );
    const topic = arn.replace(':cluster/', ':topic/');
    expect(permissions.filter((line) => line.startsWith('kafka'))).toEqual([
      `kafka-cluster:Connect ${arn}`,
      `kafka-cluster:DescribeTopic ${topic}/cxone.a`,
      `kafka-cluster:DescribeTopic ${topic}/cxone.states`,
      `kafka-cluster:WriteData ${topic}/cxone.a`,
      `kafka-cluster:WriteData ${topic}/cxone.states`,
      `kafka-cluster:WriteDataIdempotently ${arn}`,
    ]);
  });

  it("lets receiver and router read the schema registry's secret where a stage names one, and nobody else", () => {
    const withSecret = synthesise('dev', { secrets: { schemaRegistry: 'registry' } });
    const readers = FUNCTION_NAMES.filter((name) =>
      permissionsOf(withSecret, name).some((line) => line.endsWith(':secret:registry-??????')),
    );
    expect(readers.sort()).toEqual(['dedup-router', 'webhook-receiver']);
  });

  it.each(FUNCTION_NAMES)('%s may write to its own log group and no other', (name) => {
    const logs = permissionsOf(template, name).filter((line) => line.startsWith('logs:'));
    const [group] = logs.map((line) => line.split(' ')[1]);
    expect(group).toMatch(new RegExp(`^${name.replaceAll('-', '')}log$`, 'i'));
    expect(logs).toEqual([`logs:CreateLogStream ${group}`, `logs:PutLogEvents ${group}`]);
  });
});
