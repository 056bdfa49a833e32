import { execFile } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { runRelay } from '../../../cli/program.ts';
import { findTarget } from '../../../cli/shared/find-target.ts';
import { PROJECT } from '../../docs/support/markdown.ts';

export interface CommandEnd {
  code: number;
  out: string;
  err: string;
}

/** In a shell of its own, in the project's folder; commands find the relay by the environment's PORT. */
export function shell(command: string): Promise<CommandEnd> {
  const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
  const env = { PATH, HOME: process.env.HOME, PORT: process.env.PORT };
  return new Promise((done) => {
    execFile('bash', ['-c', command], { cwd: PROJECT, env, timeout: 100_000 }, (error, out, err) =>
      done({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

/** What `npx relay` would run, in this process: it spares a start of npx and Node for each. */
export async function relayCommand(words: readonly string[]): Promise<CommandEnd> {
  const out: string[] = [];
  const err: string[] = [];
  const output = {
    print: async (line: string) => void out.push(line),
    note: (line: string) => void err.push(line),
    progress: () => {},
    interruption: () => new AbortController().signal,
    width: undefined,
  };
  const code = await runRelay(words, { output, findTarget });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

export const runTyped = (text: string): Promise<CommandEnd> =>
  /^npx relay [^>]*$/.test(text) ? relayCommand(text.split(' ').slice(2)) : shell(text);
