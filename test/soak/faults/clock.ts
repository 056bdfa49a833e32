import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installDebianPackage } from '../../real/services/debian.ts';

const LIBRARY = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';

/** Wall clock of a process that was started with `environment`; timers keep running truly. */
export interface ProcessClock {
  environment: Record<string, string>;
  /** Seen by the process within a second or two. */
  setAheadBy(seconds: number): void;
}

/** By libfaketime, from Debian's archive when missing. */
export async function processClock(directory: string, number: number): Promise<ProcessClock> {
  if (!existsSync(LIBRARY)) await installDebianPackage('faketime');
  const file = join(directory, `clock-${number}`);
  const setAheadBy = (seconds: number) => writeFileSync(file, `${seconds < 0 ? '' : '+'}${seconds}`);
  setAheadBy(0);
  return {
    environment: {
      LD_PRELOAD: LIBRARY,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    setAheadBy,
  };
}
