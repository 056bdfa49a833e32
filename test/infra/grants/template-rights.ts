import {
  ACCOUNT,
  type Physical,
  REGION,
  resolveValue,
  type Template,
  type TemplateResource,
} from '../../../local/template/resolve.ts';
import { namedResources } from '../../../local/template/resources.ts';
import type { Right } from './policy.ts';

interface Statement {
  Effect: Right['effect'];
  Action: string | string[];
  Resource: string | string[];
  Principal?: string | Record<string, string | string[]>;
  Condition?: Right['conditions'];
}

const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** Every right that the template gives or takes: of the functions' roles, and of the resources' own policies. */
export function rightsOf(template: Template): Right[] {
  const physical = physicalOf(template);
  return Object.entries(template.Resources).flatMap(([id, resource]) => {
    const own = physical.get(id)?.attributes.Arn ?? '';
    const given = GIVING[resource.Type];
    return given === undefined ? [] : given(resource, template, physical, own);
  });
}

type Reader = (
  resource: TemplateResource,
  template: Template,
  physical: ReadonlyMap<string, Physical>,
  ownArn: string,
) => Right[];

const documentOf = (value: unknown, physical: ReadonlyMap<string, Physical>): Statement[] =>
  list((resolveValue(value, physical) as { Statement: Statement | Statement[] }).Statement);

/** By resource type, all of them that can hold a policy; a test compares it with the types in the template. */
export const GIVING: Record<string, Reader> = {
  'AWS::IAM::Policy': ({ Properties = {} }, template, physical) =>
    documentOf(Properties.PolicyDocument, physical).flatMap((statement) =>
      (Properties.Roles as { Ref: string }[]).flatMap(({ Ref }) => flat(statement, [functionWith(Ref, template)])),
    ),
  'AWS::SQS::QueuePolicy': ({ Properties = {} }, _template, physical) =>
    documentOf(Properties.PolicyDocument, physical).flatMap((statement) => flat(statement)),
  'AWS::SNS::TopicPolicy': ({ Properties = {} }, _template, physical) =>
    documentOf(Properties.PolicyDocument, physical).flatMap((statement) => flat(statement)),
  'AWS::DynamoDB::Table': ({ Properties = {} }, _template, physical, ownArn) => {
    const policy = Properties.ResourcePolicy as { PolicyDocument: unknown } | undefined;
    if (policy === undefined) return [];
    return documentOf(policy.PolicyDocument, physical).flatMap((each) => flat({ ...each, Resource: ownArn }));
  },
  'AWS::KMS::Key': ({ Properties = {} }, _template, physical, ownArn) =>
    documentOf(Properties.KeyPolicy, physical).flatMap((each) => flat({ ...each, Resource: ownArn })),
  'AWS::Lambda::Permission': ({ Properties = {} }, _template, physical) => {
    const { Action, FunctionName, Principal, SourceArn } = resolveValue(Properties, physical) as Record<string, string>;
    const Condition = { ArnLike: { 'aws:SourceArn': SourceArn ?? '' } };
    const statement = { Effect: 'Allow', Action: Action ?? '', Resource: FunctionName ?? '', Condition } as const;
    return flat(statement, [Principal ?? '']);
  },
};

function flat(statement: Statement, principals = principalsOf(statement)): Right[] {
  const { Effect, Action, Resource, Condition = {} } = statement;
  return principals.flatMap((principal) =>
    list(Action).flatMap((action) =>
      list(Resource).map((resource) => ({ effect: Effect, principal, action, resource, conditions: Condition })),
    ),
  );
}

const principalsOf = ({ Principal = {} }: Statement): string[] =>
  typeof Principal === 'string' ? [Principal] : Object.values(Principal).flat();

/** Short name of the function that has the role. */
function functionWith(role: string, template: Template): string {
  const found = Object.values(template.Resources).find(
    ({ Type, Properties = {} }) =>
      Type === 'AWS::Lambda::Function' && (Properties.Role as Record<string, string[]>)['Fn::GetAtt']?.[0] === role,
  );
  return shortName(String(found?.Properties?.FunctionName));
}

export const shortName = (functionName: string): string => functionName.replace(/^cxone-relay-[^-]+-/, '');

/** What `Ref` and `Fn::GetAtt` give for everything that policies, permissions, alarms and rules refer to. */
export function physicalOf(template: Template): Map<string, Physical> {
  const physical = namedResources(template, 'https://api.example.com');
  const arn = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
  for (const [id, { Type, Properties = {} }] of Object.entries(template.Resources)) {
    if (Type === 'AWS::Logs::LogGroup')
      physical.set(id, {
        ref: String(Properties.LogGroupName),
        attributes: { Arn: arn('logs', `log-group:${Properties.LogGroupName}:*`) },
      });
    if (Type === 'AWS::SNS::Topic') physical.set(id, { ref: arn('sns', String(Properties.TopicName)), attributes: {} });
    if (Type === 'AWS::KMS::Key') physical.set(id, { ref: id, attributes: { Arn: arn('kms', `key/${id}`) } });
    if (Type === 'AWS::Events::Rule') physical.set(id, { ref: id, attributes: { Arn: arn('events', `rule/${id}`) } });
  }
  return physical;
}
