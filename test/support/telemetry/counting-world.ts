import { type ClusterCounters, createClusterCounters } from '../../../lib/telemetry/cluster-counters.ts';
import { type CounterSlots, sumOfSlots } from '../../../lib/telemetry/counter-slots.ts';
import { fakeClock } from '../clock.ts';
import { recordingLog } from '../log.ts';
import { memoryCounterSlots } from './memory-counter-slots.ts';

/**
 * What may happen to one call of the table. `lost-answer`: it is done, and nobody is told; `late`: it is done some time
 * later; `never`: it is not.
 */
export type CallFault = 'none' | 'lost-answer' | 'late' | 'never';

interface Worker {
  counters: ClusterCounters;
  faults: CallFault[];
  lines: unknown[];
  counted: number;
  /** Of those, what stood in the table for sure when a write without any trouble ended. */
  written: number;
}

const KEY = 'r';

/** Some processes that count into slots in memory, with faults by order. */
export function countingWorld(size: number) {
  const clock = fakeClock();
  const memory = memoryCounterSlots();
  const late: (() => Promise<unknown>)[] = [];
  let owners = 0;
  const dead: Worker[] = [];

  const start = (): Worker => {
    const faults: CallFault[] = [];
    const log = recordingLog();
    const slots: CounterSlots = {
      async read(from, count) {
        await Promise.resolve();
        if ((faults.shift() ?? 'none') !== 'none') throw new Error('no answer');
        return memory.read(from, count);
      },
      async write(index, slot, expected) {
        await Promise.resolve();
        const fault = faults.shift() ?? 'none';
        const write = () => memory.write(index, slot, expected);
        if (fault === 'none') return write();
        if (fault === 'lost-answer') await write();
        if (fault === 'late') late.push(write);
        throw new Error('no answer');
      },
    };
    const counters = createClusterCounters({ slots, clock, log, freshOwner: () => `owner-${++owners}` });
    return { counters, faults, lines: log.lines, counted: 0, written: 0 };
  };
  const workers = Array.from({ length: size }, start);
  const all = () => [...workers, ...dead];
  const total = (of: 'counted' | 'written') => all().reduce((sum, worker) => sum + worker[of], 0);

  return {
    clock,
    slots: memory.slots,
    /** Counts and writes once. */
    async work(index: number, count: number, faults: readonly CallFault[]): Promise<void> {
      const worker = workers[index];
      if (worker === undefined) throw new Error(`no worker ${index}`);
      worker.faults.splice(0, worker.faults.length, ...faults);
      const said = worker.lines.length;
      worker.counters.add(KEY, count);
      worker.counted += count;
      await worker.counters.write();
      if (worker.lines.length === said) worker.written = worker.counted;
    },
    /** The process dies with what it has not written. */
    kill(index: number): void {
      dead.push(...workers.splice(index, 1, start()));
    },
    async landLate(): Promise<void> {
      await late.shift()?.();
    },
    counted: () => total('counted'),
    written: () => total('written'),
    warnings: () => all().flatMap(({ lines }) => lines),
    sum: async () => (await sumOfSlots(memory))[KEY] ?? 0,
  };
}
