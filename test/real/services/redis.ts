import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, runCommand, type Service, startService, untilReady } from './child.ts';

/** A real redis-server on loopback, nothing persisted. */
export interface RedisService {
  url: string;
  pid: number;
  stop(): Promise<void>;
  /** SIGKILL; all data are gone. */
  kill(): Promise<void>;
  restart(): Promise<void>;
}

const INSTALL_TIMEOUT_MS = 300_000;

export async function startRedis(options: { detached?: boolean } = {}): Promise<RedisService> {
  await ensureRedisServer();
  const dir = mkdtempSync(join(tmpdir(), 'relay-redis-'));
  const [port = 0] = await freePorts(1);
  const settings = { port, bind: '127.0.0.1', dir, save: '', appendonly: 'no', daemonize: 'no' };
  let service: Service;
  const start = async (): Promise<void> => {
    service = startService({
      command: 'redis-server',
      args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
      logFile: join(dir, 'redis.log'),
      detached: options.detached ?? false,
    });
    await untilReady('redis-server', service, async () => {
      const answer = await runCommand('redis-cli', ['-p', String(port), 'ping'], 5_000);
      if (answer.trim() !== 'PONG') throw new Error(answer);
    });
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    get pid() {
      return service.pid;
    },
    kill: () => service.kill(),
    restart: start,
    async stop() {
      await service.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** From Debian's archive when missing; that needs root, and says so when it has not. */
async function ensureRedisServer(): Promise<void> {
  try {
    await runCommand('redis-server', ['--version'], 5_000);
  } catch {
    const quiet = ['-o', 'Dpkg::Options::=--force-confold', '-y', '-q'];
    // the package starts a server of its own where it can; it is not wanted, and not ours to use
    const environment = ['DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1'];
    try {
      await runCommand('env', [...environment, 'apt-get', 'update', '-q'], INSTALL_TIMEOUT_MS);
      await runCommand('env', [...environment, 'apt-get', 'install', ...quiet, 'redis-server'], INSTALL_TIMEOUT_MS);
    } catch (cause) {
      throw new Error('redis-server is not installed and could not be; install it (apt-get install redis-server)', {
        cause,
      });
    }
  }
}
