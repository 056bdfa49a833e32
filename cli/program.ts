import { Command, CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { auditCommand } from './audit/command.ts';
import { capacityCommand } from './capacity/command.ts';
import { dlqCommand } from './dlq/command.ts';
import { dncCommand } from './dnc/command.ts';
import { interactionsCommand } from './interactions/command.ts';
import { sendCommand } from './send/command.ts';
import type { Cli } from './shared/cli.ts';
import { EXIT, EXIT_HELP, type ExitCode } from './shared/exit-codes.ts';
import { failureText } from './shared/failure.ts';
import type { Output } from './shared/output.ts';
import type { Target, TargetOptions } from './shared/target.ts';
import { UsageError } from './shared/usage-error.ts';
import { soakCommand } from './soak/command.ts';
import { subscriptionsCommand } from './subscriptions/command.ts';

const HELP_WIDTH = 120;

const AFTER = `
A command that works on a relay takes the one of "npm start" on this machine, or with --stage <stage> a deployed one.
Those that print data take --json: one JSON object a line. What is asked for goes to stdout, everything else to stderr.

${EXIT_HELP}

Example, with "npm start" in another terminal:
  npx relay send --count 10 --repeat 3`;

/** All commands under one roof. */
export function relayProgram(cli: Cli): CommandUnknownOpts {
  return new Command('relay')
    .description('CXone Relay: try it, look into it, operate it')
    .addCommand(sendCommand(cli))
    .addCommand(dncCommand(cli))
    .addCommand(interactionsCommand(cli))
    .addCommand(subscriptionsCommand(cli))
    .addCommand(dlqCommand(cli))
    .addCommand(auditCommand(cli))
    .addCommand(capacityCommand(cli))
    .addCommand(soakCommand(cli))
    .addHelpText('after', AFTER);
}

export interface Surroundings {
  output: Output;
  findTarget(options: TargetOptions): Promise<Target>;
}

/** Runs one command line and answers its exit code. Never throws: what goes wrong is told in a sentence. */
export async function runRelay(args: readonly string[], { output, findTarget }: Surroundings): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done;
  const cli: Cli = {
    output,
    async target(options) {
      const target = await findTarget(options);
      output.note(`(${target.description})`);
      return target;
    },
    endWith(code) {
      exitCode = code;
    },
  };
  const help: string[] = [];
  const program = relayProgram(cli);
  for (const command of everyCommand(program)) settle(command, output, (text) => help.push(text));
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return await endOf(error, help.join(''), output);
  }
}

/** The command itself, and all below it. */
export function* everyCommand(command: CommandUnknownOpts): Generator<CommandUnknownOpts> {
  yield command;
  for (const below of command.commands) yield* everyCommand(below);
}

function settle(command: CommandUnknownOpts, output: Output, onHelp: (text: string) => void): void {
  const width = Math.min(output.width ?? HELP_WIDTH, HELP_WIDTH);
  command
    .exitOverride()
    .showHelpAfterError(`(npx ${pathOf(command)} --help shows its options)`)
    .configureOutput({
      writeOut: onHelp,
      writeErr: (text) => output.note(text.trimEnd()),
      getOutHelpWidth: () => width,
      getErrHelpWidth: () => width,
    });
}

export function pathOf(command: CommandUnknownOpts): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

async function endOf(error: unknown, help: string, output: Output): Promise<ExitCode> {
  try {
    if (error instanceof CommanderError && error.exitCode === 0) {
      await output.print(help.trimEnd());
      return EXIT.done;
    }
  } catch (failure) {
    return endOf(failure, '', output);
  }
  if (error instanceof CommanderError) return EXIT.usage; // what is wrong has been told
  if (isClosedPipe(error)) return EXIT.failed; // whoever read has read enough
  output.note(`error: ${failureText(error)}`);
  return error instanceof UsageError ? EXIT.usage : EXIT.failed;
}

const isClosedPipe = (error: unknown) => (error as NodeJS.ErrnoException | undefined)?.code === 'EPIPE';
