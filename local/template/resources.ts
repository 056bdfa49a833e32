import { join } from 'node:path';
import { ACCOUNT, type Physical, REGION, resolveText, resolveValue, type Template } from './resolve.ts';

/** `[logical id, resolved properties]` of every resource of a type, in the template's order. */
function ofType(
  template: Template,
  type: string,
  physical: ReadonlyMap<string, Physical>,
): [string, Record<string, unknown>][] {
  return Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => [id, resolveValue(resource.Properties ?? {}, physical) as Record<string, unknown>]);
}

/** A Lambda of the template, ready to be run. */
export interface FunctionResource {
  /** Without the stack's prefix: `webhook-receiver`. */
  name: string;
  functionName: string;
  arn: string;
  bundleDirectory: string;
  /** `index.handler` */
  handler: string;
  timeoutMs: number;
  memoryMiB: number;
  environment: Record<string, string>;
}

/** Every name and address that the template's resources have; a queue's `Ref` is its URL only once it has been created. */
export function namedResources(template: Template, apiUrl: string): Map<string, Physical> {
  const physicalOf = (id: string, type: string, properties: Record<string, unknown>): Physical | undefined => {
    switch (type) {
      case 'AWS::DynamoDB::Table':
        return named('dynamodb', `table/${properties.TableName}`, properties.TableName);
      case 'AWS::Lambda::Function':
        return named('lambda', `function:${properties.FunctionName}`, properties.FunctionName);
      case 'AWS::SQS::Queue':
        return named('sqs', String(properties.QueueName), properties.QueueName);
      case 'AWS::ApiGatewayV2::Api':
        return { ref: id, attributes: { ApiEndpoint: apiUrl } };
      case 'AWS::ApiGatewayV2::Integration':
        return { ref: id, attributes: {} };
      default:
        return undefined; // roles, log groups, permissions: nothing here needs them
    }
  };
  const physical = new Map<string, Physical>();
  for (const [id, { Type, Properties = {} }] of Object.entries(template.Resources)) {
    const found = physicalOf(id, Type, Properties);
    if (found !== undefined) physical.set(id, found);
  }
  return physical;
}

function named(service: string, resource: string, name: unknown): Physical {
  const arn = `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
  return { ref: String(name), attributes: { Arn: arn } };
}

export interface QueueResource {
  id: string;
  name: string;
  /** As SQS's CreateQueue takes them. */
  attributes: Record<string, string>;
}

const QUEUE_ATTRIBUTES = [
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'VisibilityTimeout',
  'RedrivePolicy',
];

/** Those without a dead-letter queue first: the others name them. */
export function queueResources(template: Template, physical: ReadonlyMap<string, Physical>): QueueResource[] {
  const queues = ofType(template, 'AWS::SQS::Queue', physical).map(([id, properties]) => ({
    id,
    name: String(properties.QueueName),
    attributes: Object.fromEntries(
      QUEUE_ATTRIBUTES.filter((name) => properties[name] !== undefined).map((name) => [
        name,
        name === 'RedrivePolicy' ? JSON.stringify(properties[name]) : String(properties[name]),
      ]),
    ),
  }));
  return queues.sort((a, b) => Number('RedrivePolicy' in a.attributes) - Number('RedrivePolicy' in b.attributes));
}

/** Properties of CreateTable, as the template has them under the same names. */
export function tableResources(template: Template): Record<string, unknown>[] {
  return Object.values(template.Resources)
    .filter((resource) => resource.Type === 'AWS::DynamoDB::Table')
    .map(({ Properties = {} }) => Properties);
}

/** `physical` must hold everything that an environment refers to. */
export function functionResources(
  template: Template,
  physical: ReadonlyMap<string, Physical>,
  assemblyDirectory: string,
  prefix: string,
): FunctionResource[] {
  return Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === 'AWS::Lambda::Function')
    .map(([id, { Properties = {}, Metadata = {} }]) => {
      const functionName = resolveText(Properties.FunctionName, physical);
      const environment = (Properties.Environment as { Variables?: Record<string, unknown> } | undefined)?.Variables;
      return {
        name: functionName.startsWith(prefix) ? functionName.slice(prefix.length) : functionName,
        functionName,
        arn: physical.get(id)?.attributes.Arn ?? '',
        bundleDirectory: join(assemblyDirectory, String(Metadata['aws:asset:path'])),
        handler: String(Properties.Handler),
        timeoutMs: Number(Properties.Timeout) * 1000,
        memoryMiB: Number(Properties.MemorySize),
        environment: Object.fromEntries(
          Object.entries(environment ?? {}).map(([name, value]) => [name, resolveText(value, physical)]),
        ),
      };
    });
}

export interface RouteResource {
  method: string;
  path: string;
  routeKey: string;
  functionArn: string;
}

/** `ANY /path` or `POST /path`, each with the function behind its integration. */
export function routeResources(template: Template, physical: ReadonlyMap<string, Physical>): RouteResource[] {
  const integrations = new Map(
    ofType(template, 'AWS::ApiGatewayV2::Integration', physical).map(([id, { IntegrationUri }]) => [
      id,
      String(IntegrationUri),
    ]),
  );
  return ofType(template, 'AWS::ApiGatewayV2::Route', physical).map(([, { RouteKey, Target }]) => {
    const [method = '', path = ''] = String(RouteKey).split(' ');
    const functionArn = integrations.get(String(Target).replace('integrations/', '')) ?? '';
    return { method, path, routeKey: String(RouteKey), functionArn };
  });
}

export interface EventSourceResource {
  queueArn: string;
  functionName: string;
  batchSize: number;
}

export function eventSourceResources(
  template: Template,
  physical: ReadonlyMap<string, Physical>,
): EventSourceResource[] {
  return ofType(template, 'AWS::Lambda::EventSourceMapping', physical).map(([, properties]) => ({
    queueArn: String(properties.EventSourceArn),
    functionName: String(properties.FunctionName),
    batchSize: Number(properties.BatchSize),
  }));
}

export interface ScheduleResource {
  ruleName: string;
  functionArn: string;
  everyMs: number;
}

const UNITS_MS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** One a target: a rule that names a function several times runs it as often, side by side. */
export function scheduleResources(template: Template, physical: ReadonlyMap<string, Physical>): ScheduleResource[] {
  return ofType(template, 'AWS::Events::Rule', physical).flatMap(([ruleName, { ScheduleExpression, Targets }]) => {
    const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(String(ScheduleExpression)) ?? [];
    if (unit === undefined) throw new Error(`the local relay cannot read the schedule ${String(ScheduleExpression)}`);
    const everyMs = Number(count) * (UNITS_MS[unit] ?? 0);
    return (Targets as { Arn: string }[]).map(({ Arn }) => ({ ruleName, functionArn: Arn, everyMs }));
  });
}
