import { describe, expect, it } from '@jest/globals';
import { resolveText, resolveValue } from '../../../local/template/resolve.ts';
import { scheduleResources } from '../../../local/template/resources.ts';

const physical = new Map([['Queue', { ref: 'http://127.0.0.1:1/q', attributes: { Arn: 'arn:q', QueueName: 'q' } }]]);

describe('the template', () => {
  it.each([
    [{ Ref: 'Queue' }, 'http://127.0.0.1:1/q'],
    [{ Ref: 'AWS::Region' }, 'us-east-1'],
    [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:q'],
    [{ 'Fn::Join': ['/', ['a', { Ref: 'Queue' }]] }, 'a/http://127.0.0.1:1/q'],
    [{ 'Fn::Sub': `x-\${Queue.Arn}-\${AWS::AccountId}-\${!Queue}` }, `x-arn:q-000000000000-\${Queue}`],
  ])('%j is resolved', (value, expected) => {
    expect(resolveText(value, physical)).toBe(expected);
  });

  it('is resolved to its depth, and left alone where nothing is to be resolved', () => {
    const value = { list: [{ Ref: 'Queue' }, 1, null], Ref: 'plain', other: true };
    expect(resolveValue(value, physical)).toEqual({
      list: ['http://127.0.0.1:1/q', 1, null],
      Ref: 'plain',
      other: true,
    });
  });

  it.each([
    [{ Ref: 'Absent' }, /Absent/],
    [{ 'Fn::GetAtt': ['Queue', 'Colour'] }, /Colour of the template's resource Queue/],
    [{ 'Fn::ImportValue': 'x' }, /cannot resolve Fn::ImportValue/],
  ])('with %j, which nothing here stands for, is refused', (value, message) => {
    expect(() => resolveValue(value, physical)).toThrow(message);
  });

  it.each([
    ['rate(1 minute)', 60_000],
    ['rate(5 minutes)', 300_000],
    ['rate(2 hours)', 7_200_000],
  ])('ticks %s every %i ms', (ScheduleExpression, everyMs) => {
    const rule = { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression, Targets: [{ Arn: 'arn:f' }] } };
    expect(scheduleResources({ Resources: { Rule: rule } }, physical)).toEqual([
      { ruleName: 'Rule', functionArn: 'arn:f', everyMs },
    ]);
  });

  it('ticks each target of a rule by itself, the same function several times too', () => {
    const Targets = [{ Arn: 'arn:f' }, { Arn: 'arn:f' }, { Arn: 'arn:g' }];
    const rule = { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(1 minute)', Targets } };
    const ticks = scheduleResources({ Resources: { Rule: rule } }, physical);
    expect(ticks.map(({ functionArn }) => functionArn)).toEqual(['arn:f', 'arn:f', 'arn:g']);
  });

  it('with a schedule that cannot be read is refused', () => {
    const rule = { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'cron(0 * * * ? *)', Targets: [] } };
    expect(() => scheduleResources({ Resources: { Rule: rule } }, physical)).toThrow(/cron/);
  });
});
