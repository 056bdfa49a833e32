import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { isStageName } from '../../lib/stage/parse.ts';
import type { ExitCode } from './exit-codes.ts';
import { wholeNumber } from './option-values.ts';
import type { Output } from './output.ts';
import type { Target, TargetOptions } from './target.ts';

/** What the commands have around them. */
export interface Cli {
  output: Output;
  /** The relay to work on; tells the person which it is. @throws Error that says how to start or name it */
  target(options: TargetOptions): Promise<Target>;
  /** Zero unless it is called. */
  endWith(code: ExitCode): void;
}

/** The one way to name a relay. */
const LOCAL = new Option('--local', 'the relay of "npm start" on this machine (this is the default)').conflicts(
  'stage',
);
const STAGE = new Option('--stage <stage>', 'a deployed stage; region and credentials as for the AWS CLI').argParser(
  (given) => {
    if (!isStageName(given)) throw new InvalidArgumentError('It must be 1 to 20 of a-z 0-9 -, a letter first.');
    return given;
  },
);
const PORT = new Option('--port <port>', 'port of the local relay (default: PORT, or 8787)')
  .argParser(wholeNumber(1, 65_535))
  .conflicts('stage');

/** A command that works on a relay. */
export const targetCommand = (name: string) => new Command(name).addOption(LOCAL).addOption(STAGE).addOption(PORT);

/** For what has an answer to print. */
export const jsonOption = () => new Option('--json', 'for machines: one JSON object a line');
