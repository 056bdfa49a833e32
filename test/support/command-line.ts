import { runRelay } from '../../cli/program.ts';
import type { Output } from '../../cli/shared/output.ts';
import type { Target, TargetOptions } from '../../cli/shared/target.ts';

export interface Ran {
  code: number;
  /** stdout. */
  lines: string[];
  /** stderr, without the line that says which relay it is. */
  notes: string[];
  /** The relay that line names. */
  relay: string | undefined;
  /** What the command was to work on, in the order in which it asked. */
  asked: TargetOptions[];
}

/** `npx relay …` in this process, on the parts of a relay that the test has, or on a relay that the test finds. */
export async function relayCommand(
  args: string | readonly string[],
  parts: Partial<Target> | ((options: TargetOptions) => Promise<Target>) = noRelay,
  over: Partial<Output> = {},
): Promise<Ran> {
  const ran: Ran = { code: Number.NaN, lines: [], notes: [], relay: undefined, asked: [] };
  const output: Output = {
    print: async (line) => void ran.lines.push(...line.split('\n')),
    note: (line) => void (line === `(${ran.relay})` || ran.notes.push(...line.split('\n'))),
    progress: () => undefined,
    interruption: () => new AbortController().signal,
    width: undefined,
    ...over,
  };
  ran.code = await runRelay(typeof args === 'string' ? words(args) : args, {
    output,
    async findTarget(options) {
      ran.asked.push(options);
      const found = typeof parts === 'function' ? await parts(options) : { ...(parts as Target), description: 'test' };
      ran.relay = found.description;
      return found;
    },
  });
  return ran;
}

async function noRelay(): Promise<never> {
  throw new Error('no relay here');
}

const words = (text: string) => text.split(' ').filter((word) => word !== '');
