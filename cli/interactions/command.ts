import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { type Cli, jsonOption, targetCommand } from '../shared/cli.ts';
import { tell } from '../shared/describe.ts';

/** What the strategy `interaction` keeps. */
export function interactionsCommand(cli: Cli): Command {
  const group = new Command('interactions')
    .description("interactions' newest states, kept for 30 days after their last update")
    .summary("an interaction's newest state")
    .addCommand(showCommand(cli), { isDefault: true });
  return tell(group, { examples: ['npx relay interactions show interaction-1'] });
}

function showCommand(cli: Cli): CommandUnknownOpts {
  const command = targetCommand('show')
    .description("an interaction's newest state, and when it came")
    .argument('<interactionId>', 'as the updates name it')
    .option('--unmasked', 'the state is shown in full, phone numbers too')
    .addOption(jsonOption())
    .action(async (interactionId, options) => {
      const { showInteraction } = await import('./show.ts');
      cli.endWith(await showInteraction(await cli.target(options), interactionId, options, cli.output));
    });
  return tell(command, {
    notes: `The body is as CXone sent it, but that whatever could be a phone number is masked: seven digits or more, in a text or as a
number. Dates and UUIDs are shown. "show" may be left out.`,
    json: `{"interactionId", "updatedTimestamp", "receivedAt", "eventId", "expiresAt", "body": text, which is JSON}`,
    examples: [
      'npx relay send --kind interaction-update --contact interaction-1',
      'npx relay interactions show interaction-1',
    ],
  });
}
