import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runCommand } from './child.ts';

const POM = fileURLToPath(new URL('./kafka-broker.pom.xml', import.meta.url));
const CACHE = fileURLToPath(new URL('../../../.cache/', import.meta.url));
const DOWNLOAD_TIMEOUT_MS = 600_000;

/**
 * The directory with the broker's jars, fetched by Maven from whatever repositories it is configured for on first use. Named
 * after the pom's content, and only moved into place when complete, so that a broken download is never taken for a whole one.
 */
export async function kafkaJars(): Promise<string> {
  const version = createHash('sha256').update(readFileSync(POM)).digest('hex').slice(0, 12);
  const dir = `${CACHE}kafka-${version}`;
  if (existsSync(dir)) return dir;
  const partial = `${dir}.${process.pid}`;
  mkdirSync(CACHE, { recursive: true });
  rmSync(partial, { recursive: true, force: true });
  const copy = ['-q', '-B', '-f', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${partial}`];
  await runCommand('mvn', copy, DOWNLOAD_TIMEOUT_MS);
  if (existsSync(dir)) rmSync(partial, { recursive: true });
  else renameSync(partial, dir);
  return dir;
}
