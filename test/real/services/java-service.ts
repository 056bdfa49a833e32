import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, startService, untilReady } from './child.ts';

/** A server on the Java virtual machine that keeps nothing on disk. */
export interface JavaService {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

export interface JavaServiceSettings {
  name: string;
  maxHeapMiB: number;
  /** What follows the machine's own options; `dir` is empty, the server's own, and gone with it. */
  args: (port: number, dir: string) => readonly string[];
  /** Below the URL; any answer that is no server error means it is up. */
  readyPath: string;
  env?: Record<string, string>;
  detached?: boolean;
}

/** Short runs on two cores that others need too: no optimising compiler, no collector with threads of its own. */
const FRUGAL = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
const PROBE_TIMEOUT_MS = 5000;
/** Several start at once, on a machine that may have other work. */
const START_TIMEOUT_MS = 120_000;

export async function startJavaService(settings: JavaServiceSettings): Promise<JavaService> {
  const { name, maxHeapMiB, args, readyPath, env = {}, detached = false } = settings;
  const dir = mkdtempSync(join(tmpdir(), `relay-${name}-`));
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const service = startService({
    command: 'java',
    args: [...FRUGAL, `-Xmx${maxHeapMiB}m`, ...args(port, dir)],
    logFile: join(dir, 'server.log'),
    env,
    detached,
  });
  const answers = async (): Promise<void> => {
    const answer = await fetch(url + readyPath, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    await answer.text();
    if (answer.status >= 500) throw new Error(`${answer.status}`);
  };
  await untilReady(name, service, answers, START_TIMEOUT_MS);
  return {
    url,
    pid: service.pid,
    async stop() {
      await service.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
