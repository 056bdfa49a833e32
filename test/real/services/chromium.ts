import { runCommand } from './child.ts';
import { installDebianPackage } from './debian.ts';

/** Debian's Chromium. Answers the program. */
export async function ensureChromium(): Promise<string> {
  try {
    await runCommand('chromium', ['--version'], 30_000);
  } catch {
    await installDebianPackage('chromium');
  }
  return (await runCommand('sh', ['-c', 'command -v chromium'], 5_000)).trim();
}
