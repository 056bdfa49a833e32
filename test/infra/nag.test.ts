import { describe, expect, it } from '@jest/globals';
import { type App, Aspects, CfnResource, type IAspect } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { buildApp } from '../../infra/build-app.ts';
import { RelayStack } from '../../infra/relay-stack.ts';
import { parseStage } from '../../lib/stage/parse.ts';
import { emptyBundler, withTemporaryDirectory } from './synthesise.ts';
import { TELEMETRY_ON } from './telemetry-on.ts';

/** Everything optional is on, so that every resource there can be is looked at. */
const FULL = {
  ...TELEMETRY_ON,
  kafka: {
    sasl: 'msk-iam',
    mskClusterArn: 'arn:aws:kafka:eu-central-1:123456789012:cluster/events/0a1b2c3d-1',
  },
  vpc: { subnetIds: ['subnet-0123456789abcdef0'], securityGroupIds: ['sg-0123456789abcdef0'] },
};

interface Accepted {
  path: string;
  id: string;
  reason: string;
}

/** cdk-nag's errors, as `resource rule`, and what was accepted; with `strict`, as if nothing had been. */
function check(stage: string, strict = false): { errors: string[]; warnings: string[]; accepted: Accepted[] } {
  return withTemporaryDirectory((outdir) => {
    const app = buildApp({ stage: parseStage(stage, FULL), outdir, bundler: emptyBundler, validate: false });
    const accepted = suppressionsOf(app);
    if (strict) Aspects.of(app).add(forget, { priority: 0 });
    Aspects.of(app).add(new AwsSolutionsChecks({ reports: false }), { priority: 1 });
    const stack = app.node.children.find((child) => child instanceof RelayStack);
    if (!stack) throw new Error('the app has no stack');
    const found = Annotations.fromStack(stack);
    const lines = (messages: ReturnType<Annotations['findError']>) =>
      messages.map(({ id, entry }) => `${id} ${/^(AwsSolutions-\w+|CdkNag\w+)/.exec(String(entry.data))?.[1]}`);
    return {
      errors: lines(found.findError('*', Match.anyValue())),
      warnings: lines(found.findWarning('*', Match.anyValue())),
      accepted,
    };
  });
}

function suppressionsOf(app: App): Accepted[] {
  return app.node.findAll().flatMap((construct) => {
    if (!CfnResource.isCfnResource(construct)) return [];
    const metadata = construct.getMetadata('cdk_nag') as { rules_to_suppress: Accepted[] } | undefined;
    return (metadata?.rules_to_suppress ?? []).map(({ id, reason }) => ({
      path: `/${construct.node.path}`,
      id,
      reason,
    }));
  });
}

const forget: IAspect = {
  visit(construct) {
    if (CfnResource.isCfnResource(construct)) construct.addMetadata('cdk_nag', undefined);
  },
};

describe('the AwsSolutions rules of cdk-nag', () => {
  it.each(['dev', 'prod'])('hold for stage %s, or are accepted with a reason', (stage) => {
    const { errors, warnings } = check(stage);
    expect([...errors, ...warnings]).toEqual([]);
  });

  it('find, without what was accepted, exactly that', () => {
    const { errors, accepted } = check('prod', true);
    expect(errors.sort()).toEqual(accepted.map(({ path, id }) => `${path} ${id}`).sort());
    for (const { reason } of accepted) expect(reason.length).toBeGreaterThan(60);
  });
});
