import { readFileSync } from 'node:fs';

/** CPU time since a process was started. */
export interface CpuTime {
  allMs: number;
  /** Of its main thread alone. */
  mainMs: number;
}

/** Linux counts in hundredths of a second, whatever the machine. */
const TICK_MS = 10;

export function cpuTimeOf(pid: number): CpuTime {
  return { allMs: ticksIn(`/proc/${pid}/stat`) * TICK_MS, mainMs: ticksIn(`/proc/${pid}/task/${pid}/stat`) * TICK_MS };
}

export const since = (before: CpuTime, now: CpuTime): CpuTime => ({
  allMs: now.allMs - before.allMs,
  mainMs: now.mainMs - before.mainMs,
});

/** User and system time; the name before them is in parentheses and may hold anything. */
function ticksIn(file: string): number {
  const stat = readFileSync(file, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
