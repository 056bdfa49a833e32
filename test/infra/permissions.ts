import type { Template } from 'aws-cdk-lib/assertions';
import type { FunctionName } from '../../lib/stage/names.ts';

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
}

const PREFIX: Record<FunctionName, string> = {
  'webhook-receiver': 'WebhookReceiver',
  'dedup-router': 'DedupRouter',
  'dnc-batcher': 'DncBatcher',
  'subscription-reconciler': 'SubscriptionReconciler',
  'token-refresher': 'TokenRefresher',
  'metrics-endpoint': 'MetricsEndpoint',
  'influx-exporter': 'InfluxExporter',
};

const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** What a function's role may do, as `action resource` lines; a resource is named by its logical id, less the hash, or its text. */
export function permissionsOf(template: Template, name: FunctionName): string[] {
  const policies = Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.startsWith(PREFIX[name]))
    .map(([, policy]) => policy.Properties.PolicyDocument as { Statement: Statement[] });
  const lines = policies.flatMap(({ Statement }) =>
    Statement.flatMap(({ Effect, Action, Resource }) =>
      list(Action).flatMap((action) =>
        list(Resource).map(
          (resource) => `${Effect === 'Allow' ? '' : `${Effect} `}${action} ${resourceText(resource)}`,
        ),
      ),
    ),
  );
  return [...new Set(lines)].sort(); // the same one under two conditions is one here
}

function resourceText(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const { 'Fn::GetAtt': attribute, 'Fn::Join': join } = resource as {
    'Fn::GetAtt'?: string[];
    'Fn::Join'?: [string, unknown[]];
  };
  if (attribute) return (attribute[0] ?? '').replace(/[0-9A-F]{8}$/, '');
  if (join) return join[1].map((part) => (isPseudo(part) ? '*' : resourceText(part))).join(join[0]);
  return JSON.stringify(resource);
}

const isPseudo = (part: unknown): boolean => typeof part === 'object' && part !== null && 'Ref' in part;
