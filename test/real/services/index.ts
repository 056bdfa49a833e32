import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isAlive } from './child.ts';
import { startServices } from './services.ts';

/** `node test/real/services/index.ts up|down`: the same servers by hand, with the settings that a shell needs to use them. */
const STATE = fileURLToPath(new URL('../../../.cache/services.json', import.meta.url));

async function up(): Promise<void> {
  if (existsSync(STATE)) down();
  const { env, pids } = await startServices({ detached: true });
  mkdirSync(dirname(STATE), { recursive: true });
  writeFileSync(STATE, JSON.stringify({ pids, env }, null, 2));
  for (const [name, value] of Object.entries(env)) console.log(`export ${name}=${value}`);
}

function down(): void {
  if (!existsSync(STATE)) return;
  const state: unknown = JSON.parse(readFileSync(STATE, 'utf8'));
  const pids = typeof state === 'object' && state !== null && 'pids' in state ? state.pids : [];
  for (const pid of Array.isArray(pids) ? pids : []) {
    if (typeof pid === 'number' && isAlive(pid)) process.kill(pid, 'SIGTERM');
  }
  rmSync(STATE);
}

const [action] = process.argv.slice(2);
if (action === 'up') await up();
else if (action === 'down') down();
else {
  console.error('usage: node test/real/services/index.ts up|down');
  process.exitCode = 2;
}
