import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from './recording-server.ts';

interface Registered {
  schema: string;
  type?: 'AVRO' | 'JSON' | 'PROTOBUF';
  references?: { name: string; subject: string; version: number }[];
}

/** Takes over an answer; `true`: it has answered (or will). */
type Fault = (response: ServerResponse, path: string) => boolean;

/** A small registry on loopback in the form of Confluent's API, which misbehaves on request. */
export async function schemaRegistry() {
  const subjects = new Map<string, { id: number; entry: Registered }[]>();
  const byId: Registered[] = [];
  const requests: string[] = [];
  const headers: (string | undefined)[] = [];
  const state: { fault: Fault | undefined; refuses: (subject: string, body: unknown) => number } = {
    fault: undefined,
    refuses: () => 200,
  };

  const answerTo = (method: string, path: string, body: string): [status: number, body: unknown] => {
    const [, kind, name = '', part, version] = path.split('/').map(decodeURIComponent);
    if (kind === 'schemas') {
      const entry = byId[Number(part) - 1];
      return entry === undefined ? notFound(40403) : [200, wireOf(entry)];
    }
    const versions = subjects.get(name);
    if (kind !== 'subjects' || versions === undefined) return notFound(40401);
    if (method === 'POST' && part === 'validate') {
      const status = state.refuses(name, JSON.parse(body));
      return [status, status === 200 ? { is_valid: true } : { error_code: status * 100 + 1, message: body }];
    }
    const index = version === 'latest' ? versions.length : Number(version);
    const found = versions[index - 1];
    if (found === undefined) return notFound(40402);
    return [200, { subject: name, version: index, id: found.id, ...wireOf(found.entry) }];
  };

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '' } = request;
    requests.push(`${method} ${url}`);
    headers.push(request.headers.authorization);
    if (state.fault?.(response, url)) return;
    json(response, ...answerTo(method, url, Buffer.concat(chunks).toString()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** `METHOD /path` of each request. */
    requests,
    /** The authorization header of each request. */
    headers,
    state,
    /** A new version of a subject; answers its id. An object is made JSON. */
    register(subject: string, schema: unknown, entry: Omit<Registered, 'schema'> = {}): number {
      const registered = { schema: typeof schema === 'string' ? schema : JSON.stringify(schema), ...entry };
      const id = byId.push(registered);
      subjects.set(subject, [...(subjects.get(subject) ?? []), { id, entry: registered }]);
      return id;
    },
    remove: (subject: string) => subjects.delete(subject),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

export type FakeSchemaRegistry = Awaited<ReturnType<typeof schemaRegistry>>;

const notFound = (code: number): [number, unknown] => [404, { error_code: code, message: 'not found' }];

/** Confluent's answers leave `schemaType` out for Avro. */
const wireOf = ({ schema, type = 'AVRO', references }: Registered) => ({
  schema,
  ...(type !== 'AVRO' && { schemaType: type }),
  ...(references !== undefined && { references }),
});

export const status =
  (code: number, extra: Record<string, string> = {}): Fault =>
  (response) => {
    json(response, code, { error_code: code * 100 + 1, message: 'on request' }, extra);
    return true;
  };

export const html: Fault = (response) => {
  response.writeHead(200, { 'content-type': 'text/html' });
  response.end('<html>Sign in to continue</html>');
  return true;
};

export const silence: Fault = () => true;

export const hangUp: Fault = (response) => {
  response.destroy();
  return true;
};
