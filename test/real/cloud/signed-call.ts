import { createHash, createHmac } from 'node:crypto';
import { REGION } from '../../../local/template/resolve.ts';
import { realSetting } from '../kafka-sinks.ts';
import { ROOT } from '../services/aws/emulator.ts';

/** Calls by the account's root of services that the relay itself has no client for. */
interface Request {
  service: string;
  method?: 'GET' | 'POST';
  path?: string;
  headers?: Record<string, string>;
  body?: string;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** Signature version 4 of a request without a query. @throws Error with what the service says. */
async function signedCall({ service, method = 'POST', path = '/', headers = {}, body = '' }: Request): Promise<string> {
  const url = realSetting('RELAY_TEST_AWS_URL');
  const host = new URL(url).host;
  const date = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${date.slice(0, 8)}/${REGION}/${service}/aws4_request`;
  const canonical = [method, path, '', `host:${host}`, `x-amz-date:${date}`, '', 'host;x-amz-date', sha256(body)];
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical.join('\n'))].join('\n');
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${ROOT.secretAccessKey}`);
  const signature = hmac(key, toSign).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${ROOT.accessKeyId}/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`;
  const answer = await fetch(url + path, {
    method,
    headers: { ...headers, 'x-amz-date': date, authorization },
    ...(method === 'POST' && { body }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${service} ${method} ${path} ${body.slice(0, 80)}: ${answer.status} ${text}`);
  return text;
}

/** A JSON service: `Logs_20140328.DescribeLogGroups`. */
export async function jsonCall<T>(service: string, target: string, input: object): Promise<T> {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  return JSON.parse(await signedCall({ service, headers, body: JSON.stringify(input) })) as T;
}

/** A query service; answers its XML. */
export function queryCall(service: string, parameters: Record<string, string>): Promise<string> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return signedCall({ service, headers, body: new URLSearchParams(parameters).toString() });
}

/** API Gateway's list at a path below `/v2/apis`. */
export async function apiItems<T>(path = ''): Promise<T[]> {
  const answer = await signedCall({ service: 'apigateway', method: 'GET', path: `/v2/apis${path}` });
  return (JSON.parse(answer) as { items: T[] }).items;
}

/** The text of each element of this name. */
export const texts = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text = '']) => unescaped(text));

const unescaped = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&apos;', "'")
    .replaceAll('&#34;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
