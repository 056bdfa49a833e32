import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts, startService, untilReady } from '../child.ts';
import { emulatorPackages } from './install.ts';

/** AWS on loopback: CloudFormation and every service of the stack, Lambda functions run by Node, IAM enforced. */
export interface AwsService {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/** The account's root, who alone has rights before there are roles. */
export const ROOT = { accessKeyId: 'test', secretAccessKey: 'test' };

export async function startAws(options: { detached?: boolean } = {}): Promise<AwsService> {
  const packages = await emulatorPackages();
  const dir = mkdtempSync(join(tmpdir(), 'relay-aws-'));
  const [port = 0] = await freePorts(1);
  const service = startService({
    command: 'python3',
    args: [fileURLToPath(new URL('./emulator.py', import.meta.url))],
    env: {
      PYTHONPATH: packages,
      PYTHONDONTWRITEBYTECODE: '1',
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      AUTH: 'true',
      AWS_ACCESS_KEY_ID: ROOT.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ROOT.secretAccessKey,
      TMPDIR: dir,
    },
    logFile: join(dir, 'emulator.log'),
    detached: options.detached ?? false,
  });
  const url = `http://127.0.0.1:${port}`;
  await untilReady('the AWS emulator', service, async () => {
    const answer = await fetch(`${url}/_ministack/health`);
    if (!answer.ok) throw new Error(`${answer.status}`);
    await answer.text();
  });
  return {
    url,
    pid: service.pid,
    async stop() {
      await service.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
