import { readFileSync } from 'node:fs';

/** CPU time of a process since it was started, and of the machine since it was. */
export interface CpuTime {
  allMs: number;
  /** Of its main thread alone. */
  mainMs: number;
  machineBusyMs: number;
  machineMs: number;
}

/** Linux counts in hundredths of a second, whatever the machine. */
const TICK_MS = 10;

export function cpuTimeOf(pid: number): CpuTime {
  const machine = machineTicks(readFileSync('/proc/stat', 'utf8'));
  return {
    allMs: ticksOf(readFileSync(`/proc/${pid}/stat`, 'utf8')) * TICK_MS,
    mainMs: ticksOf(readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8')) * TICK_MS,
    machineBusyMs: machine.busy * TICK_MS,
    machineMs: machine.all * TICK_MS,
  };
}

export const cpuSince = (before: CpuTime, now: CpuTime): CpuTime => ({
  allMs: now.allMs - before.allMs,
  mainMs: now.mainMs - before.mainMs,
  machineBusyMs: now.machineBusyMs - before.machineBusyMs,
  machineMs: now.machineMs - before.machineMs,
});

/** User and system time; the name before them is in parentheses and may hold anything. */
export function ticksOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

/** Of all cores together. Time that the hypervisor gave to others counts as busy: it was not to be had. */
export function machineTicks(stat: string): { busy: number; all: number } {
  const fields = (stat.split('\n')[0] ?? '').trim().split(/\s+/).slice(1, 9).map(Number); // guests are in user time already
  const all = fields.reduce((sum, ticks) => sum + ticks, 0);
  return { busy: all - (fields[3] ?? 0) - (fields[4] ?? 0), all };
}
