import { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

interface Suppression {
  id: string;
  reason: string;
  applies_to?: string[];
}

/**
 * States why a rule of cdk-nag does not hold for a resource. It is cdk-nag's own metadata, written without loading it: that
 * takes a second, and only a test applies its rules (test/infra/nag.test.ts).
 * @param findings for rules that name what they found, those that are meant
 */
export function accept(construct: IConstruct, rule: string, reason: string, findings?: string[]): void {
  const resource = CfnResource.isCfnResource(construct) ? construct : construct.node.defaultChild;
  if (!(resource instanceof CfnResource))
    throw new Error(`${construct.node.path} is no resource to accept ${rule} for`);
  const known = (resource.getMetadata('cdk_nag') as { rules_to_suppress: Suppression[] } | undefined)
    ?.rules_to_suppress;
  const suppression: Suppression = { id: rule, reason, ...(findings === undefined ? {} : { applies_to: findings }) };
  resource.addMetadata('cdk_nag', { rules_to_suppress: [...(known ?? []), suppression] });
}
