import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts, startService, untilReady } from '../../test/real/services/child.ts';
import { cutWay } from './stages.ts';
import { numberedPost, type Subject } from './subject.ts';

/** The copier of `copier.ts`. */
export async function startCopierSubject(broker: string, topic: string): Promise<Subject> {
  const dir = mkdtempSync(join(tmpdir(), 'relay-copier-'));
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const service = startService({
    command: process.execPath,
    args: [fileURLToPath(new URL('./copier.ts', import.meta.url))],
    env: { PORT: String(port), BROKER: broker, TOPIC: topic },
    logFile: join(dir, 'copier.log'),
  });
  await untilReady('the copier', service, async () => {
    await (await fetch(url)).text();
  });
  return {
    pid: service.pid,
    post: numberedPost(url),
    async waysOf(sent, { byNumber }) {
      return sent.map(({ number, intendedMs }) => {
        const arrival = byNumber.get(number);
        if (arrival === undefined) throw new RangeError('all have arrived');
        const { atMs, timestampMs, headers } = arrival;
        return cutWay(
          intendedMs,
          [
            ['into the queue', timestampMs],
            ['queue', Number(headers.workedAt)],
            ['publish', atMs],
          ],
          atMs,
        );
      });
    },
    async stop() {
      await service.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
