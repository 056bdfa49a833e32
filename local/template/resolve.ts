/** A CloudFormation resource as it stands in the template. */
export interface TemplateResource {
  Type: string;
  Properties?: Record<string, unknown>;
  Metadata?: Record<string, unknown>;
}

export interface Template {
  Resources: Record<string, TemplateResource>;
}

/** What a resource is once it exists: `Ref`, and its attributes by name. */
export interface Physical {
  ref: string;
  attributes: Record<string, string>;
}

/** Account and region of the local relay; the embedded SQS has the same. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

const PSEUDO_PARAMETERS: Record<string, string> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Region': REGION,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'local',
};

/**
 * Puts what exists into the place of `Ref`, `Fn::GetAtt`, `Fn::Join` and `Fn::Sub`, all that the stack uses where the local
 * relay reads. @throws for anything else: a value that is silently wrong would be worse than a relay that does not start.
 */
export function resolveValue(value: unknown, physical: ReadonlyMap<string, Physical>): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveValue(item, physical));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [];
  if (entries.length === 1 && name !== undefined && (name === 'Ref' || name.startsWith('Fn::'))) {
    return intrinsic(name, argument, physical);
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, resolveValue(item, physical)]));
}

/** As `resolveValue`, for what must be text. */
export function resolveText(value: unknown, physical: ReadonlyMap<string, Physical>): string {
  const resolved = resolveValue(value, physical);
  if (typeof resolved === 'string') return resolved;
  if (typeof resolved === 'number' || typeof resolved === 'boolean') return String(resolved);
  throw new Error(`the template has ${JSON.stringify(value)} where text is needed`);
}

function intrinsic(name: string, argument: unknown, physical: ReadonlyMap<string, Physical>): unknown {
  if (name === 'Ref' && typeof argument === 'string') return reference(argument, physical);
  if (name === 'Fn::GetAtt' && Array.isArray(argument)) {
    return attribute(String(argument[0]), String(argument[1]), physical);
  }
  if (name === 'Fn::Join' && Array.isArray(argument) && Array.isArray(argument[1])) {
    return argument[1].map((part) => resolveText(part, physical)).join(String(argument[0]));
  }
  if (name === 'Fn::Sub' && typeof argument === 'string') return substitute(argument, physical);
  throw new Error(`the local relay cannot resolve ${name} ${JSON.stringify(argument)}`);
}

function reference(id: string, physical: ReadonlyMap<string, Physical>): string {
  const found = PSEUDO_PARAMETERS[id] ?? physical.get(id)?.ref;
  if (found === undefined) throw new Error(`the local relay has nothing for the template's resource ${id}`);
  return found;
}

function attribute(id: string, name: string, physical: ReadonlyMap<string, Physical>): string {
  const found = physical.get(id)?.attributes[name];
  if (found === undefined) throw new Error(`the local relay has no ${name} of the template's resource ${id}`);
  return found;
}

function substitute(text: string, physical: ReadonlyMap<string, Physical>): string {
  return text.replace(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, id: string) => {
    if (literal === '!') return `\${${id}}`;
    const [resource = '', name] = id.split('.');
    return name === undefined ? reference(resource, physical) : attribute(resource, name, physical);
  });
}
