import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoopbackServer, listenOnLoopback } from '../../../local/embedded/loopback-server.ts';
import { freePorts, runCommand, startService, untilReady } from './child.ts';
import { installDebianPackage } from './debian.ts';

export interface InfluxService {
  /** Takes `/api/v2/write`. */
  url: string;
  /** Rows of an InfluxQL query on the bucket, by column. */
  query(influxql: string): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

/**
 * Debian's InfluxDB on loopback. It is 1.6, whose line protocol, types and time are those of 2.x; the path and the parameters'
 * names of the v2 write API, which came with 1.8, are turned into its own by a server in front.
 */
export async function startInfluxDb(bucket: string): Promise<InfluxService> {
  await ensureInfluxDb();
  const dir = mkdtempSync(join(tmpdir(), 'relay-influxdb-'));
  const [port = 0, backup = 0] = await freePorts(2);
  writeFileSync(join(dir, 'influxdb.conf'), configuration(dir, port, backup));
  const service = startService({
    command: 'influxd',
    args: ['-config', join(dir, 'influxdb.conf')],
    logFile: join(dir, 'influxdb.log'),
  });
  const url = `http://127.0.0.1:${port}`;
  const ask = async (q: string, method: 'GET' | 'POST') => {
    const response = await fetch(`${url}/query?${new URLSearchParams({ db: bucket, q })}`, { method });
    const { results } = (await response.json()) as Answer;
    const [{ error, series: [{ columns = [], values = [] } = {}] = [] } = {}] = results;
    if (error !== undefined) throw new Error(error);
    return values.map((row) => Object.fromEntries(row.map((value, index) => [columns[index], value])));
  };
  await untilReady('influxd', service, () => ask(`CREATE DATABASE ${bucket}`, 'POST'));
  const front = await startWriteApi(url);
  return {
    url: front.url,
    query: (influxql) => ask(influxql, 'GET'),
    async stop() {
      await front.close();
      await service.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

interface Answer {
  results: { error?: string; series?: { columns: string[]; values: unknown[][] }[] }[];
}

/** `/api/v2/write?org=…&bucket=…&precision=…` as `/write?db=…&precision=…`; answers what InfluxDB answers. */
function startWriteApi(influxUrl: string): Promise<LoopbackServer> {
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (pathname !== '/api/v2/write') return void response.writeHead(404).end();
    const query = { db: searchParams.get('bucket') ?? '', precision: searchParams.get('precision') ?? 'ns' };
    const headers = { 'content-encoding': request.headers['content-encoding'] ?? 'identity' };
    const body = Buffer.concat(chunks);
    const answer = await fetch(`${influxUrl}/write?${new URLSearchParams(query)}`, { method: 'POST', headers, body });
    const text = await answer.text();
    response.writeHead(answer.status);
    response.end(answer.status === 204 ? undefined : text);
  });
  return listenOnLoopback(server);
}

const configuration = (dir: string, port: number, backup: number): string => `
reporting-disabled = true
bind-address = "127.0.0.1:${backup}"
[meta]
  dir = "${dir}/meta"
[data]
  dir = "${dir}/data"
  wal-dir = "${dir}/wal"
[http]
  bind-address = "127.0.0.1:${port}"
[monitor]
  store-enabled = false
`;

async function ensureInfluxDb(): Promise<void> {
  try {
    await runCommand('influxd', ['version'], 5_000);
  } catch {
    await installDebianPackage('influxdb');
  }
}
