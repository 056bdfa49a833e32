import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  GetEventSourceMappingCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { REGION } from '../../../local/template/resolve.ts';
import { realSetting } from '../kafka-sinks.ts';
import { ROOT } from '../services/aws/emulator.ts';
import { apiItems, jsonCall, queryCall, texts } from './signed-call.ts';

/** Of a resource in the template, with every reference resolved. */
type Properties = Record<string, unknown>;

/** A resource as its own service tells of it, in the words of the template; undefined: the service knows nothing of it. */
type Describe = (physicalId: string, promised: Properties) => Promise<Properties | undefined>;

const settings = () => ({ region: REGION, credentials: ROOT, endpoint: realSetting('RELAY_TEST_AWS_URL') });
const json = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text));
const string = (value: unknown): string => String(value);

async function queueAttributes(QueueUrl: string): Promise<Record<string, string>> {
  const sqs = new SQSClient(settings());
  return (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes ?? {};
}

const queue: Describe = async (url, promised) => {
  const attributes = await queueAttributes(url);
  const plain = Object.keys(promised).filter((name) => !['QueueName', 'Tags', 'RedrivePolicy'].includes(name));
  return {
    ...Object.fromEntries(
      plain.map((name) => [name, json(attributes[name]?.replace(/^[a-zA-Z]+$/, quotedUnlessBoolean))]),
    ),
    ...('RedrivePolicy' in promised && { RedrivePolicy: json(attributes.RedrivePolicy) }),
    QueueName: url.split('/').at(-1),
  };
};

const quotedUnlessBoolean = (text: string): string => (text === 'true' || text === 'false' ? text : `"${text}"`);

const queuePolicy: Describe = async (_id, { Queues }) => ({
  Queues,
  PolicyDocument: json((await queueAttributes((Queues as string[])[0] ?? '')).Policy),
});

const table: Describe = async (TableName) => {
  const { Table } = await new DynamoDBClient(settings()).send(new DescribeTableCommand({ TableName }));
  return { ...Table, BillingMode: Table?.BillingModeSummary?.BillingMode };
};

const lambda: Describe = async (FunctionName) => ({
  ...(await new LambdaClient(settings()).send(new GetFunctionConfigurationCommand({ FunctionName }))),
});

const eventInvokeConfig: Describe = async (_id, { FunctionName, Qualifier }) => {
  const input = { FunctionName: string(FunctionName), Qualifier: string(Qualifier) };
  const config = await new LambdaClient(settings()).send(new GetFunctionEventInvokeConfigCommand(input));
  return {
    FunctionName: config.FunctionArn?.split(':')[6],
    Qualifier: config.FunctionArn?.split(':')[7],
    MaximumEventAgeInSeconds: config.MaximumEventAgeInSeconds,
    MaximumRetryAttempts: config.MaximumRetryAttempts,
  };
};

const eventSourceMapping: Describe = async (UUID) => {
  const { FunctionArn, ...mapping } = await new LambdaClient(settings()).send(
    new GetEventSourceMappingCommand({ UUID }),
  );
  return { ...mapping, FunctionName: FunctionArn?.split(':').at(-1) };
};

interface PolicyStatement {
  Action: string;
  Principal: { Service: string };
  Resource: string;
  Condition: { ArnLike: Record<string, string> };
}

const permission: Describe = async (_id, { FunctionName, SourceArn }) => {
  const { Policy } = await new LambdaClient(settings()).send(
    new GetPolicyCommand({ FunctionName: string(FunctionName) }),
  );
  const { Statement } = json(Policy) as { Statement: PolicyStatement[] };
  const found = Statement.find(({ Condition }) => Condition.ArnLike['AWS:SourceArn'] === SourceArn);
  return found && { Action: found.Action, Principal: found.Principal.Service, FunctionName: found.Resource, SourceArn };
};

const rule: Describe = async (Name) => {
  const described = await jsonCall<Properties>('events', 'AWSEvents.DescribeRule', { Name });
  const { Targets } = await jsonCall<Properties>('events', 'AWSEvents.ListTargetsByRule', { Rule: Name });
  return { ...described, Targets };
};

const logGroup: Describe = async (logGroupNamePrefix) => {
  const target = 'Logs_20140328.DescribeLogGroups';
  const { logGroups } = await jsonCall<{ logGroups: Properties[] }>('logs', target, { logGroupNamePrefix });
  const found = logGroups.find(({ logGroupName }) => logGroupName === logGroupNamePrefix);
  return (
    found && {
      LogGroupName: found.logGroupName,
      RetentionInDays: found.retentionInDays,
      LogGroupClass: found.logGroupClass,
    }
  );
};

const metricFilter: Describe = async (filterNamePrefix, { LogGroupName }) => {
  const input = { logGroupName: LogGroupName, filterNamePrefix };
  const target = 'Logs_20140328.DescribeMetricFilters';
  const { metricFilters } = await jsonCall<{ metricFilters: Properties[] }>('logs', target, input);
  const found = metricFilters.find(({ filterName }) => filterName === filterNamePrefix);
  const transformations = (found?.metricTransformations ?? []) as Properties[];
  return (
    found && {
      LogGroupName,
      FilterPattern: found.filterPattern,
      MetricTransformations: transformations.map(({ dimensions, ...transformation }) => ({
        ...templateNames(transformation),
        Dimensions: Object.entries((dimensions ?? {}) as object).map(([Key, Value]) => ({ Key, Value })),
      })),
    }
  );
};

const iam = (parameters: Record<string, string>) => queryCall('iam', { Version: '2010-05-08', ...parameters });
const document = (xml: string, name: string): unknown => json(decodeURIComponent(texts(xml, name)[0] ?? ''));

const role: Describe = async (RoleName) => ({
  AssumeRolePolicyDocument: document(await iam({ Action: 'GetRole', RoleName }), 'AssumeRolePolicyDocument'),
});

const policy: Describe = async (_id, { PolicyName, Roles }) => {
  const [RoleName = ''] = Roles as string[];
  const xml = await iam({ Action: 'GetRolePolicy', RoleName, PolicyName: string(PolicyName) });
  return {
    PolicyName: texts(xml, 'PolicyName')[0],
    Roles: [RoleName],
    PolicyDocument: document(xml, 'PolicyDocument'),
  };
};

/** API Gateway's names begin with a small letter. */
const templateNames = (found: Properties | undefined): Properties | undefined =>
  found &&
  Object.fromEntries(
    Object.entries(found).map(([name, value]) => [(name[0] ?? '').toUpperCase() + name.slice(1), value]),
  );

const api: Describe = async (id) => templateNames((await apiItems<Properties>()).find(({ apiId }) => apiId === id));

const apiPart =
  (path: string, identifier: string): Describe =>
  async (physicalId, { ApiId }) => {
    const id = physicalId.split('/').at(-1);
    const found = (await apiItems<Properties>(`/${ApiId}/${path}`)).find((item) => item[identifier] === id);
    const log = templateNames(found?.accessLogSettings as Properties | undefined);
    return found && { ApiId, ...templateNames(found), ...(log && { AccessLogSettings: log }) };
  };

const alarm: Describe = async (name) => {
  const target = 'GraniteServiceVersion20100801.DescribeAlarms';
  const { MetricAlarms } = await jsonCall<{ MetricAlarms: Properties[] }>('monitoring', target, { AlarmNames: [name] });
  return MetricAlarms[0];
};

const dashboard: Describe = async (DashboardName) => {
  const xml = await queryCall('monitoring', { Action: 'GetDashboard', Version: '2010-08-01', DashboardName });
  return { DashboardName, DashboardBody: texts(xml, 'DashboardBody')[0] };
};

const key: Describe = async (KeyId) => {
  const { KeyMetadata } = await jsonCall<{ KeyMetadata: Properties }>('kms', 'TrentService.DescribeKey', { KeyId });
  const rotation = await jsonCall<Properties>('kms', 'TrentService.GetKeyRotationStatus', { KeyId });
  const input = { KeyId, PolicyName: 'default' };
  const { Policy } = await jsonCall<{ Policy: string }>('kms', 'TrentService.GetKeyPolicy', input);
  return {
    Description: KeyMetadata.Description,
    EnableKeyRotation: rotation.KeyRotationEnabled,
    KeyPolicy: json(Policy),
  };
};

async function topicAttributes(TopicArn: string): Promise<Map<string, string>> {
  const xml = await queryCall('sns', { Action: 'GetTopicAttributes', Version: '2010-03-31', TopicArn });
  const values = texts(xml, 'value');
  return new Map(texts(xml, 'key').map((name, index) => [name, values[index] ?? '']));
}

const topic: Describe = async (arn) => ({
  TopicName: arn.split(':').at(-1),
  KmsMasterKeyId: (await topicAttributes(arn)).get('KmsMasterKeyId'),
});

const topicPolicy: Describe = async (_id, { Topics }) => ({
  Topics,
  PolicyDocument: json((await topicAttributes((Topics as string[])[0] ?? '')).get('Policy')),
});

/** By resource type. */
export const DESCRIBE: Readonly<Record<string, Describe>> = {
  'AWS::SQS::Queue': queue,
  'AWS::SQS::QueuePolicy': queuePolicy,
  'AWS::DynamoDB::Table': table,
  'AWS::Lambda::Function': lambda,
  'AWS::Lambda::EventInvokeConfig': eventInvokeConfig,
  'AWS::Lambda::EventSourceMapping': eventSourceMapping,
  'AWS::Lambda::Permission': permission,
  'AWS::Events::Rule': rule,
  'AWS::Logs::LogGroup': logGroup,
  'AWS::Logs::MetricFilter': metricFilter,
  'AWS::IAM::Role': role,
  'AWS::IAM::Policy': policy,
  'AWS::ApiGatewayV2::Api': api,
  'AWS::ApiGatewayV2::Route': apiPart('routes', 'routeId'),
  'AWS::ApiGatewayV2::Integration': apiPart('integrations', 'integrationId'),
  'AWS::ApiGatewayV2::Stage': apiPart('stages', 'stageName'),
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::Dashboard': dashboard,
  'AWS::KMS::Key': key,
  'AWS::SNS::Topic': topic,
  'AWS::SNS::TopicPolicy': topicPolicy,
};
