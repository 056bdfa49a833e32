import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server that runs beside the tests. */
export interface Service {
  pid: number;
  /** Where its output goes; quoted when it does not come up. */
  logFile: string;
  /** SIGTERM, and SIGKILL after `graceMs`; resolves when the process is gone. */
  stop(graceMs?: number): Promise<void>;
  /** SIGKILL, as a crash would. */
  kill(): Promise<void>;
}

export interface ServiceCommand {
  command: string;
  args: readonly string[];
  logFile: string;
  env?: Record<string, string>;
  /** Goes on after this process has ended: for services started by hand. */
  detached?: boolean;
}

const running = new Set<ChildProcess>();
// whatever ends this process, an uncaught error included: no server stays behind
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export function startService({ command, args, logFile, env, detached = false }: ServiceCommand): Service {
  const output = openSync(logFile, 'a');
  const options: SpawnOptions = { stdio: ['ignore', output, output], env: { ...process.env, ...env }, detached };
  const child = spawn(command, [...args], options);
  closeSync(output);
  const gone = once(child, 'exit');
  gone.catch(() => undefined); // could not be started: the wait for readiness says so
  if (detached) child.unref();
  else {
    running.add(child);
    child.once('exit', () => running.delete(child));
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await gone;
  };
  return {
    pid: child.pid ?? -1,
    logFile,
    async stop(graceMs = 10_000) {
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await end('SIGTERM').finally(() => clearTimeout(timer));
    },
    kill: () => end('SIGKILL'),
  };
}

/** Runs a command to its end; its output is part of the error when it fails. */
export async function runCommand(command: string, args: readonly string[], timeoutMs: number): Promise<string> {
  const child = spawn(command, [...args], { stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output.slice(-4_000)}`);
  return output;
}

/** Tries `probe` until it succeeds; fails with the end of the service's log when it never does or the process has died. */
export async function untilReady(name: string, service: Service, probe: () => Promise<unknown>, timeoutMs = 60_000) {
  const giveUpAtMs = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await probe();
    } catch (cause) {
      if (Date.now() > giveUpAtMs || !isAlive(service.pid)) {
        const log = readFileSync(service.logFile, 'utf8').slice(-4_000);
        throw new Error(`${name} did not come up; the end of ${service.logFile}:\n${log}`, { cause });
      }
      await sleep(100);
    }
  }
}

export function isAlive(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Free loopback ports, below those that the system hands out by itself: a server that is killed and restarted must find its
 * port free, and a client that tries a dead one meanwhile must not be given that very port as its own.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  const ports: number[] = [];
  while (ports.length < count) {
    const port = randomInt(20_000, 32_000);
    const server = createServer();
    try {
      await once(server.listen(port, '127.0.0.1'), 'listening');
      servers.push(server);
      ports.push(port);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    }
  }
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
