import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { type Cli, jsonOption, targetCommand } from '../shared/cli.ts';
import { tell } from '../shared/describe.ts';

const DECLARED =
  'Declared is what the running relay carries: after a change of the stage file deploy (or start) first.';

/** The reconciler's plan for people and for CI, and its run by hand. */
export function subscriptionsCommand(cli: Cli): Command {
  const group = new Command('subscriptions')
    .description("CXone's event subscriptions: what is declared, what is there, and the way from one to the other")
    .summary("CXone's event subscriptions: plan, apply, list")
    .addCommand(planCommand(cli))
    .addCommand(applyCommand(cli))
    .addCommand(listCommand(cli));
  return tell(group, { examples: ['npx relay subscriptions plan'] });
}

function planCommand(cli: Cli): CommandUnknownOpts {
  const command = targetCommand('plan')
    .description('what would change in CXone, from what, to what, and why; changes nothing')
    .addOption(jsonOption())
    .action(async (options) => {
      const { planSubscriptions } = await import('./plan.ts');
      cli.endWith(await planSubscriptions(await cli.target(options), options, cli.output));
    });
  return tell(command, {
    notes: `${DECLARED}
Ends with 2 when changes are pending, and with 1 when it cannot become as declared (a foreign subscription of the
same name, the organisation's limit).`,
    json: `{"actions": [{"type": "create"|"update"|"delete"|"keep"|"conflict", "name", "id"?, "reason", "payload"?,
 "changes"?: [{"path", "from", "to"}]}], "limitError"?: text}`,
    examples: ['npx relay subscriptions plan'],
  });
}

function applyCommand(cli: Cli): CommandUnknownOpts {
  const command = targetCommand('apply')
    .description('shows the plan, then does it now instead of within 5 minutes')
    .addOption(jsonOption())
    .action(async (options) => {
      const { applySubscriptions } = await import('./apply.ts');
      cli.endWith(await applySubscriptions(await cli.target(options), options, cli.output));
    });
  return tell(command, {
    notes: DECLARED,
    json: `{"status": "done"|"failed"|"busy", "webhooksRegistered"?, "errors"?: [text], "subscriptions"?: {"created",
 "updated", "deleted", "kept", "failed", "conflicts", "active", "notActive", "limitError"?} or null}`,
    examples: ['npx relay subscriptions apply'],
  });
}

function listCommand(cli: Cli): CommandUnknownOpts {
  const command = targetCommand('list')
    .description('what CXone has: ours and declared, ours and no longer declared, or foreign')
    .addOption(jsonOption())
    .action(async (options) => {
      const { listSubscriptions } = await import('./list.ts');
      await listSubscriptions(await cli.target(options), options, cli.output);
    });
  return tell(command, {
    json: `{"id", "name", "eventType", "state": text or null, "standing": "declared"|"undeclared"|"foreign"}`,
    examples: ['npx relay subscriptions list'],
  });
}
