import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, runCommand, startService, untilReady } from './child.ts';
import { installDebianPackage } from './debian.ts';

export interface PrometheusService {
  /** Value of an instant query that yields one; undefined: none. */
  query(expression: string): Promise<number | undefined>;
  stop(): Promise<void>;
}

/** Debian's Prometheus on loopback, scraping `target` (host:port) twice a second with a bearer token. */
export async function startPrometheus(target: string, token: string): Promise<PrometheusService> {
  await ensurePrometheus();
  const dir = mkdtempSync(join(tmpdir(), 'relay-prometheus-'));
  const [port = 0] = await freePorts(1);
  const scrape = { job_name: 'relay', authorization: { credentials: token }, static_configs: [{ targets: [target] }] };
  const config = { global: { scrape_interval: '500ms', scrape_timeout: '500ms' }, scrape_configs: [scrape] };
  writeFileSync(join(dir, 'prometheus.yml'), JSON.stringify(config)); // JSON is YAML
  const service = startService({
    command: 'prometheus',
    args: [
      `--config.file=${join(dir, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(dir, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    logFile: join(dir, 'prometheus.log'),
  });
  const url = `http://127.0.0.1:${port}`;
  await untilReady('prometheus', service, async () => {
    if (!(await fetch(`${url}/-/ready`)).ok) throw new Error('not ready');
  });
  return {
    async query(expression) {
      const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expression })}`);
      const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
      const [first] = data.result;
      return first === undefined ? undefined : Number(first.value[1]);
    },
    async stop() {
      await service.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** What Prometheus' own checker finds wrong with an exposition; it throws when that cannot even be read. */
export async function promtoolFindings(exposition: string): Promise<string> {
  await ensurePrometheus();
  const dir = mkdtempSync(join(tmpdir(), 'relay-promtool-'));
  try {
    writeFileSync(join(dir, 'metrics.txt'), exposition);
    return await runCommand('sh', ['-c', `promtool check metrics < ${join(dir, 'metrics.txt')}`], 10_000);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function ensurePrometheus(): Promise<void> {
  try {
    await runCommand('promtool', ['--version'], 5_000);
  } catch {
    await installDebianPackage('prometheus');
  }
}
