import { describe, expect, it } from '@jest/globals';
import { synthesise } from './synthesise.ts';

const ROUTER = { FunctionName: 'cxone-relay-dev-dedup-router' };
const TICK = { ScheduleExpression: 'rate(1 minute)' };

describe('routerRuns', () => {
  it('continuously: Lambda polls the queue, and no clock calls the router', () => {
    const template = synthesise('dev');
    const [router = ''] = Object.keys(template.findResources('AWS::Lambda::Function', { Properties: ROUTER }));
    template.resourceCountIs('AWS::Lambda::EventSourceMapping', 1);
    expect(JSON.stringify(template.findResources('AWS::Events::Rule'))).not.toContain(router);
  });

  it('every-minute: the clock calls it, a lost tick is not repeated, and Lambda polls nothing', () => {
    const template = synthesise('dev', { routerRuns: 'every-minute' });
    const [router = ''] = Object.keys(template.findResources('AWS::Lambda::Function', { Properties: ROUTER }));
    template.resourceCountIs('AWS::Lambda::EventSourceMapping', 0);
    template.hasResourceProperties('AWS::Events::Rule', {
      ...TICK,
      Targets: [
        {
          Arn: { 'Fn::GetAtt': [router, 'Arn'] },
          RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
        },
      ],
    });
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: router },
      MaximumEventAgeInSeconds: 60,
      MaximumRetryAttempts: 0,
    });
  });

  it('every-minute: so many runs side by side as routerConcurrency says, at most five', () => {
    const template = synthesise('dev', { routerRuns: 'every-minute', routerConcurrency: 3 });
    const rules = Object.values(template.findResources('AWS::Events::Rule'));
    const targets: { Id: string }[][] = rules.map(({ Properties }) => Properties.Targets);
    const [runs = []] = targets.filter(({ length }) => length > 1);
    expect(new Set(runs.map(({ Id }) => Id)).size).toBe(3);
    expect(() => synthesise('dev', { routerRuns: 'every-minute', routerConcurrency: 6 })).toThrow(
      /routerConcurrency: must be at most 5/,
    );
  });

  it('is nothing else', () => {
    expect(() => synthesise('dev', { routerRuns: 'hourly' })).toThrow(/routerRuns/);
  });
});
