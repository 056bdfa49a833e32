import { runCommand } from './child.ts';

const INSTALL_TIMEOUT_MS = 600_000;
const QUIET = ['-o', 'Dpkg::Options::=--force-confold', '-y', '-q'];
/** A package may start a server of its own where it can; it is not wanted, and not ours to use. */
const ENVIRONMENT = ['DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1'];

/** From Debian's archive; that needs root, and says so when it has not. */
export async function installDebianPackage(name: string): Promise<void> {
  try {
    await runCommand('env', [...ENVIRONMENT, 'apt-get', 'update', '-q'], INSTALL_TIMEOUT_MS);
    await runCommand('env', [...ENVIRONMENT, 'apt-get', 'install', ...QUIET, name], INSTALL_TIMEOUT_MS);
  } catch (cause) {
    throw new Error(`${name} is not installed and could not be; install it (apt-get install ${name})`, { cause });
  }
}
