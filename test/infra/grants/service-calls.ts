import { ACCOUNT, REGION, resolveValue, type Template } from '../../../local/template/resolve.ts';
import { routeResources, scheduleResources } from '../../../local/template/resources.ts';
import type { Call } from './policy.ts';
import { physicalOf, shortName } from './template-rights.ts';

/** What AWS itself does for the stack, by its documentation: no emulator asks for these rights. */
export function callsOfServices(template: Template): Call[] {
  return [...logging(template), ...polling(template), ...invoking(template), ...alarming(template)];
}

/** The Lambda service writes each function's log under the function's role. */
function logging(template: Template): Call[] {
  return named(template, 'AWS::Lambda::Function', 'FunctionName').flatMap((functionName) =>
    ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({
      principal: shortName(functionName),
      action,
      resource: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/lambda/${functionName}:log-stream:2026/01/31/[$LATEST]0`,
      context: {},
    })),
  );
}

/** Lambda refuses an event source mapping whose role may not look at the queue's attributes. */
function polling(template: Template): Call[] {
  const physical = physicalOf(template);
  return Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::EventSourceMapping')
    .map(({ Properties = {} }) => resolveValue(Properties, physical) as Record<string, string>)
    .map(({ FunctionName = '', EventSourceArn = '' }) => ({
      principal: shortName(FunctionName),
      action: 'sqs:GetQueueAttributes',
      resource: EventSourceArn,
      context: SECURE,
    }));
}

/** API Gateway for each route, EventBridge for each rule. */
function invoking(template: Template): Call[] {
  const physical = physicalOf(template);
  const [api = ''] = Object.entries(template.Resources).find(([, { Type }]) => Type === 'AWS::ApiGatewayV2::Api') ?? [];
  const invoke = (principal: string, resource: string, sourceArn: string): Call => ({
    principal,
    action: 'lambda:InvokeFunction',
    resource,
    context: { 'aws:SourceArn': sourceArn },
  });
  const rule = (id: string) => physical.get(id)?.attributes.Arn ?? '';
  return [
    ...routeResources(template, physical).map(({ path, functionArn }) =>
      invoke(
        'apigateway.amazonaws.com',
        functionArn,
        `arn:aws:execute-api:${REGION}:${ACCOUNT}:${api}/$default/POST${path}`,
      ),
    ),
    ...scheduleResources(template, physical).map(({ ruleName, functionArn }) =>
      invoke('events.amazonaws.com', functionArn, rule(ruleName)),
    ),
  ];
}

/** CloudWatch publishes to the alarms' topic, encrypting by the topic's key; the account's owner looks after that key. */
function alarming(template: Template): Call[] {
  const physical = physicalOf(template);
  const resolved = (type: string) =>
    Object.values(template.Resources)
      .filter(({ Type }) => Type === type)
      .map(({ Properties = {} }) => Properties);
  const context = { ...SECURE, 'aws:SourceAccount': ACCOUNT };
  const topics = new Set(
    resolved('AWS::CloudWatch::Alarm').flatMap(({ AlarmActions }) => resolveValue(AlarmActions, physical) as string[]),
  );
  const keys = resolved('AWS::SNS::Topic').map(({ KmsMasterKeyId }) => String(resolveValue(KmsMasterKeyId, physical)));
  const service = 'cloudwatch.amazonaws.com';
  return [
    ...[...topics].map((resource) => ({ principal: service, action: 'sns:Publish', resource, context })),
    ...keys.flatMap((resource) => [
      { principal: service, action: 'kms:Decrypt', resource, context },
      { principal: service, action: 'kms:GenerateDataKey', resource, context },
      { principal: `arn:aws:iam::${ACCOUNT}:root`, action: 'kms:PutKeyPolicy', resource, context: {} },
    ]),
  ];
}

const SECURE = { 'aws:SecureTransport': 'true' };

const named = (template: Template, type: string, name: string): string[] =>
  Object.values(template.Resources)
    .filter(({ Type }) => Type === type)
    .map(({ Properties = {} }) => String(Properties[name]));
