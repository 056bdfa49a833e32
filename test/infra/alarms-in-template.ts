import type { Template } from 'aws-cdk-lib/assertions';
import type { AlarmProperties } from '../support/cloudwatch-alarm.ts';

export interface NamedAlarm extends AlarmProperties {
  /** Without the stack's name: as in the runbook. */
  name: string;
  description: string;
  actions: unknown[];
}

interface Properties extends AlarmProperties {
  AlarmName: string;
  AlarmDescription: string;
  AlarmActions: unknown[];
  Dimensions: { Name: string; Value: never }[];
}

/** The alarms of a template; references to functions, queues and the API resolved. */
export function alarmsOf(template: Template, stack: string): NamedAlarm[] {
  const resources = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
  return resources.map((resource) => {
    const properties = resource.Properties as Properties;
    return {
      ...properties,
      Dimensions: properties.Dimensions.map(({ Name, Value }) => ({ Name, Value: resolved(template, Value) })),
      name: properties.AlarmName.slice(stack.length + 1),
      description: properties.AlarmDescription,
      actions: properties.AlarmActions,
    };
  });
}

/** The physical name behind a reference; whatever else there is by its id. */
export function resolved(template: Template, value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref: ref, 'Fn::GetAtt': attribute } = value as { Ref?: string; 'Fn::GetAtt'?: [string, string] };
  const id = ref ?? attribute?.[0] ?? '';
  const { Properties = {} } = (template.toJSON().Resources[id] ?? {}) as { Properties?: Record<string, unknown> };
  return String(Properties.FunctionName ?? Properties.QueueName ?? Properties.TableName ?? id);
}
