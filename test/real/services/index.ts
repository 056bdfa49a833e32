import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isAlive, runCommand } from './child.ts';
import { startServices } from './services.ts';

/** `node test/real/services/index.ts up|down`: the same servers by hand, with the settings that a shell needs to use them. */
const STATE = fileURLToPath(new URL('../../../.cache/services.json', import.meta.url));
const DATA = fileURLToPath(new URL('../../../.cache/services-data/', import.meta.url));
const SHUTDOWN_MS = 10_000;

async function up(): Promise<void> {
  await down();
  mkdirSync(DATA, { recursive: true });
  process.env.TMPDIR = DATA; // where the servers put their data and logs
  const { env, pids } = await startServices({ detached: true });
  const servers = await Promise.all(pids.map(async (pid) => ({ pid, command: await commandOf(pid) })));
  writeFileSync(STATE, JSON.stringify({ servers, env }, null, 2));
  for (const [name, value] of Object.entries(env)) console.log(`export ${name}=${value}`);
}

/** Ends what `up` has started; a process id that has since been given to another command is left alone. */
async function down(): Promise<void> {
  if (!existsSync(STATE)) return;
  const state: { servers: { pid: number; command: string }[] } = JSON.parse(readFileSync(STATE, 'utf8'));
  for (const { pid, command } of state.servers) {
    if (command !== '' && (await commandOf(pid)) === command) await end(pid);
  }
  rmSync(DATA, { recursive: true, force: true });
  rmSync(STATE);
}

async function end(pid: number): Promise<void> {
  process.kill(pid, 'SIGTERM');
  const giveUpAtMs = Date.now() + SHUTDOWN_MS;
  while (isAlive(pid) && Date.now() < giveUpAtMs) await sleep(100);
  if (isAlive(pid)) process.kill(pid, 'SIGKILL');
}

/** The command line of a process, empty when there is none. */
const commandOf = (pid: number): Promise<string> =>
  runCommand('ps', ['-o', 'args=', '-p', String(pid)], 5_000).catch(() => '');

const [action] = process.argv.slice(2);
if (action === 'up') await up();
else if (action === 'down') await down();
else {
  console.error('usage: node test/real/services/index.ts up|down');
  process.exitCode = 2;
}
