import { runCommand } from './child.ts';

const INSTALL_TIMEOUT_MS = 600_000;

/** Debian's Chromium, from its archive when missing; that needs root, and says so when it has not. Answers the program. */
export async function ensureChromium(): Promise<string> {
  try {
    await runCommand('chromium', ['--version'], 30_000);
  } catch {
    try {
      await runCommand('apt-get', ['update', '-q'], INSTALL_TIMEOUT_MS);
      const install = ['DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', '-y', '-q', 'chromium'];
      await runCommand('env', install, INSTALL_TIMEOUT_MS);
    } catch (cause) {
      throw new Error('chromium is not installed and could not be; install it (apt-get install chromium)', { cause });
    }
  }
  return (await runCommand('sh', ['-c', 'command -v chromium'], 5_000)).trim();
}
