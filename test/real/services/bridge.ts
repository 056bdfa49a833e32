import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts, startService, untilReady } from './child.ts';

/** Upstash's REST form before a Redis server. */
export interface BridgeService {
  url: string;
  token: string;
  pid: number;
  stop(): Promise<void>;
}

export async function startBridge(redisUrl: string, options: { detached?: boolean } = {}): Promise<BridgeService> {
  const dir = mkdtempSync(join(tmpdir(), 'relay-bridge-'));
  const [port = 0] = await freePorts(1);
  const token = randomBytes(16).toString('hex');
  const url = `http://127.0.0.1:${port}`;
  const service = startService({
    command: process.execPath,
    args: [fileURLToPath(new URL('./upstash-bridge.ts', import.meta.url))],
    env: { URS_TOKEN: token, REDIS_URL: redisUrl, PORT: String(port) },
    logFile: join(dir, 'bridge.log'),
    detached: options.detached ?? false,
  });
  await untilReady('the REST bridge', service, async () => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body: '["PING"]' });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    await answer.text();
  });
  return {
    url,
    token,
    pid: service.pid,
    async stop() {
      await service.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
