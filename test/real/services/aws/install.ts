import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../child.ts';

const REQUIREMENTS = fileURLToPath(new URL('./requirements.txt', import.meta.url));
const CACHE = fileURLToPath(new URL('../../../../.cache/', import.meta.url));
const INSTALL_TIMEOUT_MS = 300_000;

/**
 * The directory with the emulator's Python packages, fetched by pip from whatever index it is configured for on first use.
 * Named after the requirements, and only moved into place when complete: a broken installation is never taken for a whole one.
 */
export async function emulatorPackages(): Promise<string> {
  const version = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const dir = `${CACHE}ministack-${version}`;
  if (existsSync(dir)) return dir;
  const partial = `${dir}.${process.pid}`;
  mkdirSync(CACHE, { recursive: true });
  rmSync(partial, { recursive: true, force: true });
  const install = [
    '-m',
    'pip',
    'install',
    '-q',
    '--disable-pip-version-check',
    '--target',
    partial,
    '-r',
    REQUIREMENTS,
  ];
  try {
    await runCommand('python3', install, INSTALL_TIMEOUT_MS);
  } catch (cause) {
    throw new Error('the AWS emulator could not be installed; it needs python3 (3.10 or newer) with pip', { cause });
  }
  if (existsSync(dir)) rmSync(partial, { recursive: true });
  else renameSync(partial, dir);
  return dir;
}
