import { text } from 'node:stream/consumers';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
} from '@aws-sdk/client-dynamodb';
import { systemClock } from './clock.ts';

type Signer = Awaited<ReturnType<DynamoDBClient['config']['signer']>>;
type HttpRequest = Parameters<Signer['sign']>[0];
type Command = Pick<GetItemCommand, 'input' | 'middlewareStack'>;
interface Options {
  abortSignal?: AbortSignal;
}

/** An operation as the SDK has asked for it once: the next time only body, length and signature are others. */
interface Learnt {
  request: HttpRequest;
  signer: Signer;
}

/** Done twice they have done what they do once, and their input, as the relay uses it, is the wire's JSON: no binary values. */
const SHORT = new Set<unknown>([GetItemCommand, BatchGetItemCommand, BatchWriteItemCommand]);

/**
 * The client, with half the CPU time for the calls of every batch: reading an item, reading or writing several. The first
 * call of an operation goes the SDK's whole way, and the request that it makes of it is kept. From then on such a call is
 * that request with its own body, the SDK's signer and the SDK's HTTP handler, and none of the middleware between them.
 * Whatever is not answered 200 goes the whole way after all: retries, a corrected clock and errors are the SDK's own.
 */
export function byShortWay(client: DynamoDBClient): Pick<DynamoDBClient, 'send'> {
  const { config } = client;
  const known = new Map<unknown, Learnt>();

  const learnFrom = async (command: Command): Promise<void> => {
    const signer = await config.signer();
    // last of its building: what is added later tells of the attempt and of this body's signature
    command.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as HttpRequest;
        known.set(command.constructor, { request: { ...request, headers: { ...request.headers } }, signer });
        return next(args);
      },
      { step: 'build', priority: 'low' },
    );
  };

  /** Undefined: to be asked for the whole way. Never rejects. */
  const ask = async ({ request, signer }: Learnt, input: object, { abortSignal }: Options): Promise<unknown> => {
    const body = JSON.stringify(input);
    const headers = { ...request.headers, 'content-length': String(Buffer.byteLength(body)) };
    const signingDate = new Date(systemClock.nowMs() + config.systemClockOffset);
    try {
      const signed = await signer.sign({ ...request, headers, body }, { signingDate });
      const { response } = await config.requestHandler.handle(signed, abortSignal ? { abortSignal } : {});
      const answer = await text(response.body);
      return response.statusCode === 200 ? { $metadata: { httpStatusCode: 200 }, ...JSON.parse(answer) } : undefined;
    } catch {
      return undefined; // it has passed, or is met again the whole way, an abort too
    }
  };

  const send = async (command: Command, options: Options = {}): Promise<unknown> => {
    const learnt = known.get(command.constructor);
    const answer = learnt && (await ask(learnt, command.input, options));
    if (answer !== undefined) return answer;
    if (!learnt && SHORT.has(command.constructor)) await learnFrom(command);
    return client.send(command as GetItemCommand, options);
  };
  return { send: send as DynamoDBClient['send'] };
}
