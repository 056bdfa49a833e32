import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  bufferedServer,
  type LoopbackServer,
  listenOnLoopback,
  sendJson,
} from '../../../local/embedded/loopback-server.ts';
import { ACCOUNT, REGION } from '../../../local/template/resolve.ts';
import type { Call } from './policy.ts';

/** Stands before an emulator as IAM stands before AWS: who signed (the access key is the function's name) wants to do what. */
export interface AwsGate extends LoopbackServer {
  /** Answers the next `times` requests of an operation on a table with an error of the server's. */
  fail(operation: string, table: string, times: number): void;
}

export interface AwsGateSettings {
  target: string;
  /** Told of each call; false: it is refused, as IAM refuses. */
  mayPass: (call: Call) => boolean;
}

type Body = Record<string, unknown>;

export async function startAwsGate({ target, mayPass }: AwsGateSettings): Promise<AwsGate> {
  const fault = { operation: '', table: '', left: 0 };
  const server = bufferedServer((request, body, response) => {
    const [prefix = '', operation = ''] = String(request.headers['x-amz-target']).split('.');
    const input = JSON.parse(body.toString('utf8')) as Body;
    const principal = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const context = { ...OF_OUR_CLIENTS, ...leadingKeys(input) };
    const calls = callsOf(prefix, operation, input).map((call) => ({ principal, ...call, context }));
    const refused = calls.filter((call) => !mayPass(call));
    if (refused.length > 0) return sendJson(response, 400, { __type: 'AccessDeniedException', message: operation });
    if (fault.left > 0 && operation === fault.operation && body.includes(fault.table)) {
      fault.left--;
      return sendJson(response, 500, { __type: 'InternalServerError', message: 'on request' });
    }
    forward(target, request, body, response);
  });
  const listening = await listenOnLoopback(server);
  return {
    ...listening,
    fail: (operation, table, times) => void Object.assign(fault, { operation, table, left: times }),
  };
}

/** AWS's endpoints are HTTPS. */
const OF_OUR_CLIENTS = { 'aws:SecureTransport': 'true' };

/** Keys of the control table's items: the only ones that a policy looks at. */
function leadingKeys(input: Body): Call['context'] {
  type Item = { id?: { S: string } };
  const requests = Object.values((input.RequestItems ?? {}) as Record<string, { Keys?: Item[] }>);
  const items = [input.Key, input.Item, ...requests.flatMap(({ Keys = [] }) => Keys)] as (Item | undefined)[];
  const ids = items.flatMap((item) => (item?.id === undefined ? [] : [item.id.S]));
  return ids.length === 0 ? {} : { 'dynamodb:LeadingKeys': ids };
}

/** Batch forms of SQS need the right to the single form; those of DynamoDB have rights of their own, on each table. */
function callsOf(prefix: string, operation: string, input: Body): Pick<Call, 'action' | 'resource'>[] {
  const arn = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
  if (prefix === 'AmazonSQS') {
    const queue = String(input.QueueUrl).split('/').at(-1) ?? '';
    return [{ action: `sqs:${operation.replace(/Batch$/, '')}`, resource: arn('sqs', queue) }];
  }
  if (prefix === 'secretsmanager')
    return [
      { action: `secretsmanager:${operation}`, resource: arn('secretsmanager', `secret:${input.SecretId}-a1B2c3`) },
    ];
  if (!prefix.startsWith('DynamoDB')) throw new Error(`no policy is known for ${prefix}.${operation}`);
  const index = input.IndexName === undefined ? '' : `/index/${input.IndexName}`;
  const tables =
    input.RequestItems === undefined ? [`${input.TableName}${index}`] : Object.keys(input.RequestItems as Body);
  return tables.map((table) => ({ action: `dynamodb:${operation}`, resource: arn('dynamodb', `table/${table}`) }));
}

function forward(target: string, request: IncomingMessage, body: Buffer, response: ServerResponse): void {
  const options = { method: request.method, path: request.url, headers: request.headers };
  const forwarded = httpRequest(new URL(target), options, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  forwarded.on('error', () => response.destroy());
  response.on('close', () => forwarded.destroy()); // a poller that stops does not wait for its answer
  forwarded.end(body);
}
