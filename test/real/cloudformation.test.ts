import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FUNCTION_NAMES, type FunctionName, functionName, tableName } from '../../lib/stage/names.ts';
import { parseStage } from '../../lib/stage/parse.ts';
import { WEBHOOK_ROUTES } from '../../lib/stage/schema.ts';
import { type RunningSimulator, startCxoneSimulator } from '../../local/simulator/server.ts';
import { REGION, resolveValue } from '../../local/template/resolve.ts';
import { eventually } from '../e2e/support/eventually.ts';
import { type DeployedStack, deployStack, physicalOf } from './cloud/deployed-stack.ts';
import { DESCRIBE } from './cloud/described.ts';
import { jsonCall, queryCall } from './cloud/signed-call.ts';
import { realSetting } from './kafka-sinks.ts';
import { ROOT } from './services/aws/emulator.ts';
import { readTopic } from './topic-reader.ts';

const STAGE = 'emulated';
const TOPIC = `deployed-${Date.now()}`;
const SECRET = 'deployed-webhook-secret-0123456789';
const aws = { region: REGION, credentials: ROOT, endpoint: realSetting('RELAY_TEST_AWS_URL') };

const [sqs, dynamo, lambda] = [new SQSClient(aws), new DynamoDBClient(aws), new LambdaClient(aws)];

let cxone: RunningSimulator;
let stack: DeployedStack;
beforeAll(async () => {
  cxone = await startCxoneSimulator();
  const broker = realSetting('RELAY_TEST_KAFKA_BROKERS');
  const file = {
    kafka: { brokers: [broker], tls: false },
    cxone: { baseUrl: cxone.url },
    routing: { QUEUE_TRANSFER: TOPIC, DATA_ACTION_TRIGGERED: TOPIC, 'data.action.updated': TOPIC },
  };
  const stage = parseStage(STAGE, file, 'cloud');
  const { clientId, clientSecret } = cxone.simulator.state.options;
  const [url, token] = [realSetting('RELAY_TEST_UPSTASH_URL'), realSetting('RELAY_TEST_UPSTASH_TOKEN')];
  const secrets: [string, object][] = [
    [stage.secrets.webhook, { current: SECRET }],
    [stage.secrets.upstash, { url, token }],
    [stage.secrets.kafka, { username: 'unused', password: 'unused' }],
    [stage.secrets.cxone, { clientId, clientSecret }],
    [stage.secrets.audit, { key: 'deployed-audit-key-0123456789abcdef' }],
  ];
  for (const [Name, value] of secrets)
    await new SecretsManagerClient(aws).send(new CreateSecretCommand({ Name, SecretString: JSON.stringify(value) }));
  stack = await deployStack(stage);
}, 120_000);
afterAll(() => cxone.close());

describe('the template, deployed by cdk to an emulated account', () => {
  it('has every resource created', () => {
    const created = stack.resources.filter(({ status }) => status === 'CREATE_COMPLETE');
    const promised = Object.entries(stack.template.Resources).map(([id, { Type }]) => `${id} ${Type}`);
    expect(created.map(({ logicalId, type }) => `${logicalId} ${type}`).sort()).toEqual(promised.sort());
    expect(promised.length).toBeGreaterThan(70);
  });

  it.each(Object.keys(DESCRIBE))('has each %s as promised, by the service itself', async (type) => {
    const physical = physicalOf(stack, stack.outputs.get('WebhookUrl')?.replace(/\/cxone\/events$/, '') ?? '');
    const resources = stack.resources.filter((resource) => resource.type === type);
    expect(resources.length).toBeGreaterThan(0);
    for (const { logicalId, physicalId } of resources) {
      const { Properties = {} } = stack.template.Resources[logicalId] ?? {};
      const promised = resolveValue(Properties, physical) as Record<string, unknown>;
      const actual = await DESCRIBE[type]?.(physicalId, promised);
      expect({ logicalId, ...actual }).toMatchObject({ logicalId, ...without(promised, NOT_TOLD[type] ?? []) });
    }
  });

  it('is looked at in every type of resource it has', () => {
    const types = new Set(stack.resources.map(({ type }) => type));
    expect([...types].sort()).toEqual(Object.keys(DESCRIBE).sort());
  });
});

describe('an event at the deployed door', () => {
  const contact = { actionType: 'QUEUE_TRANSFER', contactId: 'c-1' };

  it.each(WEBHOOK_ROUTES.filter((path) => path !== '/webhook'))('of %s is accepted when signed', async (path) => {
    expect(await post(path, { ...contact, path })).toBe(202);
  });

  it('is refused with another signature', async () => {
    expect(await post('/cxone/events', contact, 'another-secret')).toBe(401);
  });

  it('reaches Kafka once, in order, though it comes twice', async () => {
    for (const number of [1, 2, 3, 1]) expect(await post('/cxone/events', { ...contact, number })).toBe(202);
    await worked();
    const broker = realSetting('RELAY_TEST_KAFKA_BROKERS');
    const bodies = (await readTopic(broker, TOPIC)).map(({ value }) => JSON.parse(String(value)));
    const numbers = bodies.map(({ number }) => number).filter((number) => number !== undefined);
    expect(numbers).toEqual([1, 2, 3]);
    expect(bodies).toHaveLength(3 + WEBHOOK_ROUTES.length - 1);
  });

  it('that is a preference is told to CXone by the deployed batcher, under its own role', async () => {
    const phoneNumber = '+14155550171';
    const wish = { phoneNumber, eventName: 'optOut', timestamp: '2026-01-31T12:00:00Z' };
    expect(await post('/webhook', wish)).toBe(202);
    await worked();
    await invoke('dnc-batcher');
    await eventually(() => cxone.simulator.state.contacts.get(phoneNumber)?.doNotCall === true);
    const Key = { phoneNumber: { S: phoneNumber } };
    const table = { TableName: tableName(STAGE, 'DncQueue'), Key, ConsistentRead: true };
    await eventually(async () => (await dynamo.send(new GetItemCommand(table))).Item?.state?.S === 'synced');
  });
});

describe('the deployed functions that EventBridge starts', () => {
  it.each(['token-refresher', 'subscription-reconciler', 'dnc-batcher'] as const)('%s ends well', async (name) => {
    expect(await invoke(name)).toBeUndefined();
  });
});

describe('the deployed roles', () => {
  it('let every function do what it did', async () => {
    for (const name of FUNCTION_NAMES) {
      const logGroupName = `/aws/lambda/${functionName(STAGE, name)}`;
      const found = await jsonCall<{ events: { message: string }[] }>('logs', 'Logs_20140328.FilterLogEvents', {
        logGroupName,
      });
      const lines = found.events.map(({ message }) => message);
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.filter((line) => /AccessDenied|not authorized/.test(line))).toEqual([]);
    }
  });

  it('are what lets them: without its policy the receiver answers 503', async () => {
    const policy = stack.resources.find(
      ({ type, logicalId }) => type === 'AWS::IAM::Policy' && /Receiver/.test(logicalId),
    );
    const role = stack.resources.find(({ type, logicalId }) => type === 'AWS::IAM::Role' && /Receiver/.test(logicalId));
    const { PolicyName } = stack.template.Resources[policy?.logicalId ?? '']?.Properties ?? {};
    await queryCall('iam', {
      Action: 'DeleteRolePolicy',
      Version: '2010-05-08',
      RoleName: role?.physicalId ?? '',
      PolicyName: String(PolicyName),
    });
    expect(await post('/cxone/events', { actionType: 'QUEUE_TRANSFER', contactId: 'without-rights' })).toBe(503);
  });
});

/** A signed webhook at the API's own host name. */
function post(path: string, body: unknown, secret = SECRET): Promise<number> {
  const text = JSON.stringify(body);
  const signature = `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`;
  const host = /^http:\/\/([^/]+)/.exec(stack.outputs.get('WebhookUrl') ?? '')?.[1] ?? '';
  const headers = { host, 'content-type': 'application/json', 'x-cxone-signature': signature };
  return new Promise((resolve, reject) => {
    const sending = request(aws.endpoint + path, { method: 'POST', headers }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
    });
    sending.on('error', reject).end(text);
  });
}

/** Until the router has worked off the deployed queue; nothing is parked. */
async function worked(): Promise<void> {
  const inQueue = async (output: string) => {
    const input = { QueueUrl: stack.outputs.get(output), AttributeNames: ['All' as const] };
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand(input));
    return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
  };
  await eventually(async () => (await inQueue('EventsQueueUrl')) === 0);
  expect(await inQueue('DeadLetterQueueUrl')).toBe(0);
}

/** Runs a deployed function; answers its error, if it failed. */
async function invoke(name: FunctionName): Promise<string | undefined> {
  const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName: functionName(STAGE, name) }));
  return FunctionError && `${FunctionError}: ${Buffer.from(Payload ?? []).toString()}`;
}

/** What cannot be asked for here, and why; test/infra holds all of it in the template. */
const NOT_TOLD: Record<string, string[]> = {
  // the emulator's CloudFormation passes these over when it makes the table or the topic
  'AWS::DynamoDB::Table': [
    'ResourcePolicy',
    'PointInTimeRecoverySpecification',
    'SSESpecification',
    'TimeToLiveSpecification',
  ],
  'AWS::SNS::Topic': ['KmsMasterKeyId'],
  'AWS::Lambda::Function': ['Code'], // where code came from is not kept; the events below run it
  'AWS::KMS::Key': ['PendingWindowInDays'], // belongs to the deletion
};

function without(properties: Record<string, unknown>, names: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => name !== 'Tags' && !names.includes(name)));
}
