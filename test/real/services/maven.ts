import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runCommand } from './child.ts';

const CACHE = fileURLToPath(new URL('../../../.cache/', import.meta.url));
const DOWNLOAD_TIMEOUT_MS = 600_000;

/** Maven's local repository is not safe against two of it that fill it at once. */
let lastDownload: Promise<unknown> = Promise.resolve();

/**
 * The directory with what `<name>.pom.xml` names, its dependencies included, fetched by Maven from whatever repositories it is
 * configured for on first use: the jars, or for `unpack` what is in the archives. Named after the pom's content,
 * and only moved into place when complete, so that a broken download is never taken for a whole one.
 */
export async function fromMaven(
  name: string,
  goal: 'copy-dependencies' | 'unpack' = 'copy-dependencies',
): Promise<string> {
  const pom = fileURLToPath(new URL(`./${name}.pom.xml`, import.meta.url));
  const version = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12);
  const dir = `${CACHE}${name}-${version}`;
  if (existsSync(dir)) return dir;
  const download = lastDownload.then(() => fetchInto(dir, pom, goal));
  lastDownload = download.catch(() => undefined); // the caller is told; the next one has its own chance
  await download;
  return dir;
}

async function fetchInto(dir: string, pom: string, goal: string): Promise<void> {
  if (existsSync(dir)) return;
  const partial = `${dir}.${process.pid}`;
  mkdirSync(CACHE, { recursive: true });
  rmSync(partial, { recursive: true, force: true });
  const copy = ['-q', '-B', '-f', pom, `dependency:${goal}`, `-DoutputDirectory=${partial}`];
  await runCommand('mvn', copy, DOWNLOAD_TIMEOUT_MS);
  if (existsSync(dir)) rmSync(partial, { recursive: true });
  else renameSync(partial, dir);
}
