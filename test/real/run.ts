import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startServices } from './services/services.ts';

/**
 * `npm run test:real [-- jest's arguments]`: starts the servers, runs test/real against them, stops them, and ends with jest's
 * exit code. An interrupt reaches jest first (it has the same terminal), then the servers are stopped.
 */
const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];

let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interrupted = true;
    jest?.kill(signal);
  });
}
let jest: ReturnType<typeof spawn> | undefined;

const services = await startServices();
try {
  if (!interrupted) {
    const env = { ...process.env, ...services.env, RELAY_TEST_REAL: '1' };
    jest = spawn(process.execPath, [...JEST, ...process.argv.slice(2)], { stdio: 'inherit', env });
    const [code] = await once(jest, 'exit');
    process.exitCode = typeof code === 'number' ? code : 1;
  }
} finally {
  await services.stop();
}
if (interrupted) process.exitCode = 130;
