import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ALL_FUNCTION_NAMES } from '../../lib/stage/names.ts';
import { ACCOUNT, REGION } from '../../local/template/resolve.ts';
import { type Call, callText, isAllowed, type Right, rightText } from './grants/policy.ts';
import { everythingHappens } from './grants/scenario.ts';
import { callsOfServices } from './grants/service-calls.ts';
import { GIVING } from './grants/template-rights.ts';
import { type GrantsWorld, grantsWorld } from './grants/world.ts';

let world: GrantsWorld;
let calls: Call[];
beforeAll(async () => {
  world = await grantsWorld();
  await everythingHappens(world);
  calls = [...world.calls(), ...callsOfServices(world.template)];
}, 120_000);
afterAll(() => world?.close());

const given = (): Right[] => world.rights.filter(({ effect }) => effect === 'Allow');

describe('the rights that the template gives', () => {
  it('suffice: nothing that a function or a service asked for was refused', () => {
    expect(world.refused().map(callText)).toEqual([]);
    expect(calls.filter((call) => !isAllowed(call, world.rights)).map(callText)).toEqual([]);
  });

  it('are needed, each of them: without it something that happened would have been refused', () => {
    const unneeded = given().filter((right) => {
      const others = world.rights.filter((other) => other !== right);
      return calls.every((call) => isAllowed(call, others));
    });
    expect(unneeded.map(rightText)).toEqual([]);
    expect(given().length).toBeGreaterThan(50);
  });

  it('are all looked at: no other resource of the template can hold a policy', () => {
    const holding = Object.values(world.template.Resources)
      .filter(
        ({ Type, Properties = {} }) =>
          GIVING[Type] || /Policy|Permission|Principal/.test(JSON.stringify(Object.keys(Properties))),
      )
      .map(({ Type }) => Type);
    expect([...new Set(holding)].sort()).toEqual([...Object.keys(GIVING), 'AWS::IAM::Role', 'AWS::SQS::Queue'].sort());
  });

  it.each(ALL_FUNCTION_NAMES)('were used by %s itself', (name) => {
    expect(world.calls().filter(({ principal }) => principal === name).length).toBeGreaterThan(1);
  });
});

describe('the policies refuse', () => {
  const secure = { 'aws:SecureTransport': 'true' };
  const table = (name: string) => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/cxone-relay-grants-${name}`;
  const queue = (name: string) => `arn:aws:sqs:${REGION}:${ACCOUNT}:cxone-relay-grants-${name}.fifo`;

  const batcherOn = (operation: string, id: string): [string, string, string, Call['context']] => [
    'dnc-batcher',
    `dynamodb:${operation}`,
    table('Control'),
    { ...secure, 'dynamodb:LeadingKeys': [id] },
  ];

  it.each<[string, string, string, string, Call['context']]>([
    [
      'a sender without TLS',
      'webhook-receiver',
      'sqs:SendMessage',
      queue('events'),
      { 'aws:SecureTransport': 'false' },
    ],
    ['one function what another may', 'webhook-receiver', 'sqs:SendMessage', queue('events-dlq'), secure],
    ['a record of the audit trail to be changed', 'dnc-batcher', 'dynamodb:UpdateItem', table('Audit'), secure],
    ['the table where its index is granted', 'dnc-batcher', 'dynamodb:Query', table('DncQueue'), secure],
    ['a scan', 'dnc-batcher', 'dynamodb:Scan', table('DncQueue'), secure],
    [
      'a counting function what is no counter',
      'dedup-router',
      'dynamodb:PutItem',
      table('Control'),
      { ...secure, 'dynamodb:LeadingKeys': ['counters#dedup-router#0', 'lease#dnc-batcher'] },
    ],
    ["the batcher to take the reconciler's lease", ...batcherOn('PutItem', 'lease#subscription-reconciler')],
    ['the batcher to break that lease', ...batcherOn('DeleteItem', 'lease#subscription-reconciler')],
    ["the batcher to move another audit stream's head", ...batcherOn('PutItem', 'audit-head#subscriptions')],
    ['the batcher to delete its own head', ...batcherOn('DeleteItem', 'audit-head#dnc')],
    ["the batcher to change the reconciler's memory", ...batcherOn('PutItem', 'subscription#completed-interactions')],
    [
      'the exporter to write a counter',
      'influx-exporter',
      'dynamodb:PutItem',
      table('Control'),
      { ...secure, 'dynamodb:LeadingKeys': ['counters#dedup-router#0'] },
    ],
  ])('%s', (_what, principal, action, resource, context) => {
    expect(isAllowed({ principal, action, resource, context }, world.rights)).toBe(false);
  });

  it('an administrator too, where the audit trail would lose a record', () => {
    const administrator: Right = { effect: 'Allow', principal: 'admin', action: '*', resource: '*', conditions: {} };
    const may = (action: string) =>
      isAllowed({ principal: 'admin', action, resource: table('Audit'), context: secure }, [
        ...world.rights,
        administrator,
      ]);
    expect(
      ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'].filter((each) => may(`dynamodb:${each}`)),
    ).toEqual(['GetItem', 'PutItem']);
  });
});
