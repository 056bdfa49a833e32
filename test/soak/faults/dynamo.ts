import type { LoopbackServer } from '../../../local/embedded/loopback-server.ts';
import type { Dice } from '../dice.ts';
import { type Behaviour, PASS, startAwsProxy } from './aws-proxy.ts';
import type { Fault, FaultyPart } from './fault.ts';

/** What the relay's start and the reading of its state need is left alone. */
const WORK = new Set(['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'Query']);
const ERROR = 'com.amazonaws.dynamodb.v20120810#';
const THROTTLED = { __type: `${ERROR}ProvisionedThroughputExceededException`, message: 'throughput exceeded' };
const FAILED = { __type: `${ERROR}InternalServerError`, message: 'internal server error' };

type Misbehave = (operation: string, request: Record<string, unknown>) => Behaviour;

const MISBEHAVIOURS: Readonly<Record<string, Misbehave>> = {
  throttled: () => ({ kind: 'answer', status: 400, json: THROTTLED }),
  failing: () => ({ kind: 'answer', status: 500, json: FAILED }),
  hanging: () => ({ kind: 'hang' }),
  breaking: () => ({ kind: 'break-before' }),
  'breaking after the write': () => ({ kind: 'break-after' }),
  slow: () => ({ kind: 'slow', byMs: 700 }),
  'leaving items unprocessed': (operation, { RequestItems }) => {
    if (operation === 'BatchWriteItem')
      return { kind: 'answer', status: 200, json: { UnprocessedItems: RequestItems } };
    if (operation !== 'BatchGetItem') return PASS;
    return { kind: 'answer', status: 200, json: { Responses: {}, UnprocessedKeys: RequestItems } };
  },
  'refusing conditions': (operation) =>
    operation === 'PutItem' || operation === 'UpdateItem'
      ? { kind: 'answer', status: 400, json: { __type: `${ERROR}TransactionConflictException`, message: 'conflict' } }
      : PASS,
};

/** DynamoDB behind a proxy that fails a share of the requests while a fault lasts. */
export async function faultyDynamo(target: string): Promise<{ proxy: LoopbackServer; part: FaultyPart }> {
  let now: { misbehave: Misbehave; share: number; dice: Dice } | undefined;
  const proxy = await startAwsProxy({
    target,
    behave: (operation, request) =>
      now !== undefined && WORK.has(operation) && now.dice.chance(now.share) ? now.misbehave(operation, request) : PASS,
  });
  const faults = Object.entries(MISBEHAVIOURS).map(
    ([name, misbehave]): Fault => ({
      name,
      weight: 1,
      lastsMs: [500, 5000],
      begin(dice) {
        now = { misbehave, share: dice.pick([0.2, 0.5, 1]), dice };
        return () => {
          now = undefined;
        };
      },
    }),
  );
  return { proxy, part: { name: 'DynamoDB', calmMs: [2000, 8000], faults } };
}
