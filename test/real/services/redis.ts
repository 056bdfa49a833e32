import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, runCommand, type Service, startService, untilReady } from './child.ts';
import { installDebianPackage } from './debian.ts';

/** A real redis-server on loopback, nothing persisted. */
export interface RedisService {
  url: string;
  pid: number;
  stop(): Promise<void>;
  /** SIGKILL; all data are gone. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** Remembers what it holds now, for one `rollBack`: killed and up again with that, as after a fail-over to a late replica. */
  snapshot(): Promise<void>;
  rollBack(): Promise<void>;
}

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
  const dump = join(dir, 'dump.rdb');
  return {
    url: `redis://127.0.0.1:${port}`,
    get pid() {
      return service.pid;
    },
    kill: () => service.kill(),
    restart: start,
    async snapshot() {
      await runCommand('redis-cli', ['-p', String(port), 'save'], 30_000);
    },
    async rollBack() {
      await service.kill();
      await start();
      rmSync(dump, { force: true }); // a later kill is to empty it again
    },
    async stop() {
      await service.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function ensureRedisServer(): Promise<void> {
  try {
    await runCommand('redis-server', ['--version'], 5_000);
  } catch {
    await installDebianPackage('redis-server');
  }
}
