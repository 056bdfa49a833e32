import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { buildApp } from '../../infra/build-app.ts';
import { FUNCTION_NAMES, TABLE_NAMES } from '../../lib/stage/names.ts';
import { parseStage } from '../../lib/stage/parse.ts';
import { WEBHOOK_ROUTES } from '../../lib/stage/schema.ts';
import { emptyBundler, synthesise, withTemporaryDirectory } from './synthesise.ts';
import { TELEMETRY_ON } from './telemetry-on.ts';

const VPC = { subnetIds: ['subnet-0123456789abcdef0'], securityGroupIds: ['sg-0123456789abcdef0'] };

let dev: Template;
let prod: Template;

beforeAll(() => {
  dev = synthesise('dev', { keepData: false });
  prod = synthesise('prod', {
    vpc: VPC,
    secrets: { webhook: 'elsewhere/webhook' },
  });
});

const functionsOf = (template: Template) =>
  Object.values(template.findResources('AWS::Lambda::Function')).map((resource) => resource.Properties);

describe('queues', () => {
  it('are FIFO in high-throughput mode, keep 14 days and take 1 MiB, encrypted', () => {
    for (const QueueName of ['cxone-relay-dev-events.fifo', 'cxone-relay-dev-events-dlq.fifo']) {
      dev.hasResourceProperties('AWS::SQS::Queue', {
        QueueName,
        FifoQueue: true,
        DeduplicationScope: 'messageGroup',
        FifoThroughputLimit: 'perMessageGroupId',
        MessageRetentionPeriod: 14 * 86_400,
        MaximumMessageSize: 1_048_576,
        SqsManagedSseEnabled: true,
      });
    }
    dev.resourceCountIs('AWS::SQS::Queue', 2);
  });

  it('refuse plain HTTP', () => {
    dev.resourceCountIs('AWS::SQS::QueuePolicy', 2);
    dev.allResourcesProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });

  it('hand an event to the dead-letter queue only after a thousand receives', () => {
    dev.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'cxone-relay-dev-events.fifo',
      VisibilityTimeout: 360,
      RedrivePolicy: {
        maxReceiveCount: 1000,
        deadLetterTargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('DeadLetter'), 'Arn'] },
      },
    });
  });

  it('feed the router ten at a time, failures reported record by record', () => {
    dev.resourceCountIs('AWS::Lambda::EventSourceMapping', 1);
    dev.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumBatchingWindowInSeconds: Match.absent(),
      FunctionName: { Ref: Match.stringLikeRegexp('^DedupRouter') },
    });
  });
});

describe('tables', () => {
  it.each([
    ['Ledger', ['key'], 'expiresAt'],
    ['InteractionState', ['interactionId'], 'expiresAt'],
    ['DncQueue', ['phoneNumber'], undefined],
    ['DncHistory', ['phoneNumber', 'entry'], 'expiresAt'],
    ['Tokens', ['credential'], undefined],
    ['Control', ['id'], undefined],
    ['Audit', ['stream', 'seq'], undefined],
  ])('%s: keys %j, on demand, restorable, encrypted', (name, keys, ttl) => {
    dev.hasResourceProperties('AWS::DynamoDB::Table', {
      TableName: `cxone-relay-dev-${name}`,
      KeySchema: keys.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      TimeToLiveSpecification: ttl === undefined ? Match.absent() : { AttributeName: ttl, Enabled: true },
    });
  });

  it('are these and no others', () => dev.resourceCountIs('AWS::DynamoDB::Table', TABLE_NAMES.length));

  it('find due numbers by a sparse index of keys', () => {
    dev.hasResourceProperties('AWS::DynamoDB::Table', {
      TableName: 'cxone-relay-dev-DncQueue',
      GlobalSecondaryIndexes: [
        {
          IndexName: 'pending',
          KeySchema: [
            { AttributeName: 'pendingShard', KeyType: 'HASH' },
            { AttributeName: 'nextAttemptAtMs', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    });
  });

  it('outlive the stack, whatever its name, unless the stage file says otherwise; queues and logs too', () => {
    // Retain alone would leave behind, by its name, what a failed first deployment has made
    const kept = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' };
    for (const [template, isKept] of [
      [synthesise('prod-eu'), true],
      [synthesise('dev'), true],
      [dev, false],
      [synthesise('prod', { keepData: false }), false],
    ] as const) {
      for (const type of ['AWS::DynamoDB::Table', 'AWS::SQS::Queue', 'AWS::Logs::LogGroup'])
        template.allResources(type, isKept ? kept : { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
      template.allResourcesProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: isKept });
      template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: isKept ? 90 : 14 });
    }
  });

  it('are all named where a first deployment that their protection stopped is cleared away', () => {
    const security = readFileSync(new URL('../../docs/security.md', import.meta.url), 'utf8');
    const [, names] = /^for table in ([\w ]+); do$/m.exec(security) ?? [];
    expect(names?.split(' ').sort()).toEqual([...TABLE_NAMES].sort());
  });
});

describe('the stack', () => {
  it('refuses to be torn down where its data is kept', () => {
    const terminationProtection = (file: object) =>
      withTemporaryDirectory(
        (outdir) =>
          buildApp({ stage: parseStage('prod-eu', file), outdir, bundler: emptyBundler, validate: false })
            .synth()
            .getStackByName('cxone-relay-prod-eu').terminationProtection,
      );
    expect([terminationProtection({}), terminationProtection({ keepData: false })]).toEqual([true, false]);
  });
});

describe('the audit trail', () => {
  it('denies every role of the account to update or delete a record', () => {
    dev.hasResourceProperties('AWS::DynamoDB::Table', {
      TableName: 'cxone-relay-dev-Audit',
      ResourcePolicy: {
        PolicyDocument: {
          Statement: [
            {
              Sid: 'AppendOnly',
              Effect: 'Deny',
              Principal: '*',
              Resource: '*',
              Action: [
                'dynamodb:BatchWriteItem',
                'dynamodb:DeleteItem',
                'dynamodb:PartiQLDelete',
                'dynamodb:PartiQLUpdate',
                'dynamodb:UpdateItem',
              ],
            },
          ],
        },
      },
    });
  });
});

describe('functions', () => {
  it('run Node 24 on arm64, each with its own log group that forgets', () => {
    expect(functionsOf(dev)).toHaveLength(FUNCTION_NAMES.length);
    for (const name of FUNCTION_NAMES) {
      dev.hasResourceProperties('AWS::Lambda::Function', {
        FunctionName: `cxone-relay-dev-${name}`,
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        LoggingConfig: { LogGroup: { Ref: Match.anyValue() } },
      });
      dev.hasResourceProperties('AWS::Logs::LogGroup', {
        LogGroupName: `/aws/lambda/cxone-relay-dev-${name}`,
        RetentionInDays: 14,
      });
    }
  });

  it('are in a network only where they reach Kafka, and only when the stage has one', () => {
    expect(functionsOf(dev).filter(({ VpcConfig }) => VpcConfig)).toEqual([]);
    const attached = functionsOf(prod).filter(({ VpcConfig }) => VpcConfig);
    expect(attached.map(({ FunctionName, VpcConfig }) => [FunctionName, VpcConfig])).toEqual([
      ['cxone-relay-prod-dedup-router', { SubnetIds: VPC.subnetIds, SecurityGroupIds: VPC.securityGroupIds }],
    ]);
  });

  it('has the receiver in it too when events are validated: registries live beside brokers', () => {
    const validating = synthesise('prod', { vpc: VPC, schemaRegistry: { url: 'https://registry.example.com' } });
    const inVpc = functionsOf(validating).filter(({ VpcConfig }) => VpcConfig !== undefined);
    expect(inVpc.map(({ FunctionName }) => FunctionName).sort()).toEqual([
      'cxone-relay-prod-dedup-router',
      'cxone-relay-prod-webhook-receiver',
    ]);
  });

  it('tell the local relay where their bundles are', () => {
    for (const resource of Object.values(dev.findResources('AWS::Lambda::Function')))
      expect(resource.Metadata['aws:asset:path']).toMatch(/^asset\.[0-9a-f]{64}$/);
  });

  it('have no managed policy but the one for a network', () => {
    dev.allResourcesProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
    const roles = Object.values(
      prod.findResources('AWS::IAM::Role', { Properties: { ManagedPolicyArns: Match.anyValue() } }),
    );
    expect(roles).toHaveLength(1);
  });
});

describe('the door', () => {
  it('sends every method on each path to the receiver', () => {
    const routes = Object.values(dev.findResources('AWS::ApiGatewayV2::Route')).map(
      ({ Properties }) => Properties.RouteKey,
    );
    expect(routes.sort()).toEqual(WEBHOOK_ROUTES.map((path) => `ANY ${path}`).sort());
    dev.resourceCountIs('AWS::ApiGatewayV2::Integration', 1);
    dev.hasResourceProperties('AWS::ApiGatewayV2::Integration', {
      PayloadFormatVersion: '2.0',
      IntegrationUri: { 'Fn::GetAtt': [Match.stringLikeRegexp('^WebhookReceiver'), 'Arn'] },
    });
  });

  it('is the default stage, throttled as the stage file says', () => {
    dev.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 1000 },
    });
    synthesise('dev', { apiThrottling: { requestsPerSecond: 7, burst: 9 } }).hasResourceProperties(
      'AWS::ApiGatewayV2::Stage',
      { DefaultRouteSettings: { ThrottlingRateLimit: 7, ThrottlingBurstLimit: 9 } },
    );
  });

  it('has an access log that cannot hold the url-token and forgets', () => {
    const [stage] = Object.values(dev.findResources('AWS::ApiGatewayV2::Stage'));
    const format: string = stage?.Properties.AccessLogSettings.Format;
    const variables = [...format.matchAll(/\$context\.[\w.]+/g)].map(([variable]) => variable);
    expect(variables).toContain('$context.requestId');
    // query string, full URI, path and authorizer are where a token could be
    expect(variables.filter((variable) => /query|path$|uri|authorizer|header/i.test(variable))).toEqual([]);
    expect(() => JSON.parse(format)).not.toThrow();
    dev.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: '/aws/vendedlogs/cxone-relay-dev-access',
      LogGroupClass: 'INFREQUENT_ACCESS',
      RetentionInDays: 14,
    });
  });

  it('is told to the reconciler, and to whoever deployed', () => {
    const endpoint = { 'Fn::GetAtt': [Match.stringLikeRegexp('^WebhookApi'), 'ApiEndpoint'] };
    dev.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'cxone-relay-dev-subscription-reconciler',
      Environment: { Variables: Match.objectLike({ WEBHOOK_URL: endpoint }) },
    });
    dev.hasOutput('WebhookUrl', { Value: { 'Fn::Join': ['', [endpoint, '/cxone/events']] } });
  });
});

describe('telemetry', () => {
  let on: Template;
  beforeAll(() => {
    on = synthesise('dev', TELEMETRY_ON);
  });

  it('is nothing but what the stage file asks for', () => {
    expect(JSON.stringify(dev.toJSON())).not.toMatch(/metrics-endpoint|influx-exporter|counters#/);
    expect(functionsOf(on).map(({ FunctionName }) => FunctionName)).toEqual(
      expect.arrayContaining(['cxone-relay-dev-metrics-endpoint', 'cxone-relay-dev-influx-exporter']),
    );
    const prometheusAlone = synthesise('dev', { telemetry: { counters: true, prometheus: true } });
    expect(functionsOf(prometheusAlone)).toHaveLength(FUNCTION_NAMES.length + 1);
  });

  it('has GET /metrics at the address of the webhooks, for its own function', () => {
    on.hasResourceProperties('AWS::ApiGatewayV2::Route', { RouteKey: 'GET /metrics' });
    on.hasResourceProperties('AWS::ApiGatewayV2::Integration', {
      IntegrationUri: { 'Fn::GetAtt': [Match.stringLikeRegexp('^MetricsEndpoint'), 'Arn'] },
    });
  });

  it('makes a point every five minutes, in the network of the stage', () => {
    on.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(5 minutes)',
      Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^InfluxExporter'), 'Arn'] } })],
    });
    synthesise('dev', { ...TELEMETRY_ON, vpc: VPC }).hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'cxone-relay-dev-influx-exporter',
      VpcConfig: { SubnetIds: VPC.subnetIds },
    });
  });

  it('needs counters, and says so', () => {
    for (const telemetry of [{ prometheus: true }, { influx: { url: 'https://influx.example.com' } }])
      expect(() => synthesise('dev', { telemetry })).toThrow(/telemetry\.counters: must be true/);
  });

  it('keeps the token of InfluxDB out of its address', () => {
    const influx = { url: 'https://user:password@influx.example.com' };
    expect(() => synthesise('dev', { telemetry: { counters: true, influx } })).toThrow(
      /telemetry\.influx\.url: must not/,
    );
  });
});

describe('schedules', () => {
  it.each([
    ['DncBatcher', 'rate(1 minute)'],
    ['SubscriptionReconciler', 'rate(5 minutes)'],
    ['TokenRefresher', 'rate(5 minutes)'],
  ])('%s: %s, no tick kept longer than a minute or tried again', (name, rate) => {
    dev.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: rate,
      State: 'ENABLED',
      Targets: [
        Match.objectLike({
          Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp(`^${name}`), 'Arn'] },
          RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
        }),
      ],
    });
    dev.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: Match.stringLikeRegexp(`^${name}`) },
      MaximumEventAgeInSeconds: 60,
      MaximumRetryAttempts: 0,
    });
  });
});

describe('secrets', () => {
  it('are known by name alone, the stage file having the last word', () => {
    for (const type of ['AWS::SecretsManager::Secret', 'AWS::SSM::Parameter']) dev.resourceCountIs(type, 0);
    prod.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ WEBHOOK_SECRET_NAME: 'elsewhere/webhook' }) },
    });
  });

  it('are nowhere in the template: the environment holds names, URLs and three log settings', () => {
    for (const { FunctionName, Environment } of functionsOf(dev)) {
      for (const [name, value] of Object.entries(Environment.Variables)) {
        const isOurs =
          /_(TABLE|QUEUE_URL|SECRET_NAME)$/.test(name) ||
          ['WEBHOOK_URL', 'POWERTOOLS_SERVICE_NAME', 'POWERTOOLS_LOG_LEVEL', 'NODE_OPTIONS'].includes(name);
        expect([FunctionName, name, isOurs]).toEqual([FunctionName, name, true]);
        if (name.endsWith('_SECRET_NAME')) expect(value).toMatch(/^cxone-relay\/dev\/[a-z]+$/);
        else if (typeof value === 'string') expect(value).toMatch(/^(INFO|[a-z-]+|--disable-warning=[A-Za-z]+)$/);
      }
    }
    expect(JSON.stringify(dev.toJSON())).not.toMatch(
      /resolve:secretsmanager|NoEcho|password|clientSecret|BEGIN [A-Z ]*KEY|AKIA/i,
    );
  });
});

describe('two stages of one account', () => {
  it('share no physical name', () => {
    const namesOf = (template: Template) =>
      Object.values(template.toJSON().Resources as Record<string, { Properties?: object }>).flatMap(
        ({ Properties = {} }) =>
          Object.entries(Properties)
            .filter(
              ([key, name]) =>
                /^(Queue|Table|Function|LogGroup|Topic|Alarm|Dashboard|)Name$/.test(key) && typeof name === 'string',
            )
            .map(([key, name]) => `${key}: ${name}`),
      );
    const devNames = new Set(namesOf(dev));
    expect(devNames.size).toBeGreaterThan(40);
    expect(namesOf(prod).filter((name) => devNames.has(name))).toEqual([]);
  });

  it('are tagged with their stage', () => {
    prod.allResourcesProperties('AWS::SQS::Queue', {
      Tags: Match.arrayWith([
        { Key: 'application', Value: 'cxone-relay' },
        { Key: 'stage', Value: 'prod' },
      ]),
    });
  });
});
