import { toE164 } from '../../lib/dnc/phone-number.ts';
import { PoisonError } from '../../lib/platform/errors.ts';
import { maskPhoneNumber } from '../../lib/platform/masking.ts';
import { readInteraction } from '../../lib/routing/stored-interaction.ts';
import { EXIT, type ExitCode } from '../shared/exit-codes.ts';
import type { Output } from '../shared/output.ts';
import { printJson } from '../shared/table.ts';
import type { Target } from '../shared/target.ts';

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
  const body = unmasked === true ? found.body : maskedBody(found.body);
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

/** Texts of the JSON that are phone numbers, masked; all else to the byte. */
const maskedBody = (body: string): string =>
  body.replace(/"([^"\\]{7,25})"/g, (whole, text: string) =>
    isPhoneNumber(text) ? `"${maskPhoneNumber(text)}"` : whole,
  );

function isPhoneNumber(text: string): boolean {
  try {
    return toE164(text, 'US') !== '';
  } catch (error) {
    if (error instanceof PoisonError) return false;
    throw error;
  }
}
