import { EXIT, type ExitCode } from '../shared/exit-codes.ts';
import type { Output } from '../shared/output.ts';
import { printJson } from '../shared/table.ts';
import type { Target } from '../shared/target.ts';
import { planLines } from './plan-lines.ts';
import { dryRun, type Reconciled, reconcile } from './reconciler.ts';

export async function applySubscriptions(
  target: Pick<Target, 'invoke'>,
  { json }: { json?: true | undefined },
  output: Output,
): Promise<ExitCode> {
  if (json !== true) {
    const { plan } = await dryRun(target, output);
    for (const line of planLines(plan)) await output.print(line);
  }
  const result = await reconcile(target, output);
  if (json === true) await printJson(output, result);
  else for (const line of resultLines(result)) await output.print(line);
  const conflicts = 'subscriptions' in result ? (result.subscriptions?.conflicts ?? 0) : 0;
  return result.status === 'done' && conflicts === 0 ? EXIT.done : EXIT.failed;
}

function resultLines(result: Reconciled): string[] {
  if (result.status === 'busy') return ['another run is under way and does the same; try again in a minute'];
  const { subscriptions, webhooksRegistered, errors } = result;
  const lines = errors.map((error) => `! ${error}`);
  if (webhooksRegistered > 0) lines.push(`${webhooksRegistered} webhooks registered`);
  if (subscriptions === null) return [...lines, 'failed; the relay tries again every 5 minutes'];
  const { created, updated, deleted, kept, failed, conflicts, active, notActive, limitError } = subscriptions;
  if (limitError !== undefined) lines.push(`! ${limitError}`);
  lines.push(`${created} created, ${updated} updated, ${deleted} deleted, ${kept} in place; ${active} active`);
  if (notActive > 0) lines.push(`${notActive} not active yet`);
  if (conflicts > 0) lines.push(`${conflicts} not created: CXone has foreign ones of that name`);
  if (failed > 0) lines.push(`${failed} failed; the function's log says why, and the next run tries again`);
  return lines;
}
