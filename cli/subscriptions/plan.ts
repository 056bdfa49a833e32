import { type Plan, pending } from '../../lib/subscriptions/plan.ts';
import { EXIT, type ExitCode } from '../shared/exit-codes.ts';
import type { Output } from '../shared/output.ts';
import { printJson } from '../shared/table.ts';
import type { Target } from '../shared/target.ts';
import { planLines } from './plan-lines.ts';
import { dryRun } from './reconciler.ts';

export async function planSubscriptions(
  target: Pick<Target, 'invoke'>,
  { json }: { json?: true | undefined },
  output: Output,
): Promise<ExitCode> {
  const { plan } = await dryRun(target, output);
  if (json === true) await printJson(output, plan);
  else for (const line of planLines(plan)) await output.print(line);
  if (isStuck(plan)) return EXIT.failed;
  return pending(plan.actions).length > 0 ? EXIT.findings : EXIT.done;
}

/** Somebody has to decide: no run makes it as declared. */
const isStuck = ({ actions, limitError }: Plan): boolean =>
  limitError !== undefined || actions.some(({ type }) => type === 'conflict');
