import { readInteraction } from '../../lib/routing/stored-interaction.ts';
import { EXIT, type ExitCode } from '../shared/exit-codes.ts';
import type { Output } from '../shared/output.ts';
import { printJson } from '../shared/table.ts';
import type { Target } from '../shared/target.ts';
import { maskedJson } from './masked-json.ts';

export async function showInteraction(
  { dynamo, tableOf }: Pick<Target, 'dynamo' | 'tableOf'>,
  wanted: string,
  { json, unmasked }: { json?: true | undefined; unmasked?: true | undefined },
  output: Output,
): Promise<ExitCode> {
  const found = await readInteraction({ dynamo, table: tableOf('InteractionState') }, wanted);
  if (found === undefined) {
    output.note(`${wanted}: no update of this interaction came within the last 30 days`);
    return EXIT.failed;
  }
  const { interactionId, updatedTimestamp, eventId } = found;
  const receivedAt = new Date(found.receivedAtMs).toISOString();
  const expiresAt = new Date(1000 * found.expiresAt).toISOString();
  const body = unmasked === true ? found.body : maskedJson(found.body);
  if (json === true) {
    await printJson(output, { interactionId, updatedTimestamp, receivedAt, eventId, expiresAt, body });
    return EXIT.done;
  }
  await output.print(`interaction   ${interactionId}`);
  await output.print(`updated       ${updatedTimestamp}`);
  await output.print(`received      ${receivedAt}  (event ${eventId})`);
  await output.print(`kept until    ${expiresAt}`);
  await output.print(`body:\n${body}`);
  return EXIT.done;
}
