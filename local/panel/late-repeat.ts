import { toE164 } from '../../lib/dnc/phone-number.ts';
import { classify, routingTypeOf } from '../../lib/events/classify.ts';
import type { Envelope } from '../../lib/events/envelope.ts';
import { createIdentify } from '../../lib/events/identify.ts';
import type { Stage } from '../../lib/stage/stage.ts';

/**
 * An event as the receiver of this stage would queue it at that time. Only the Avro schema that the receiver chose is not
 * known here: it is for what is written, and a repeat of what was routed is not.
 */
export function queuedAgain(
  event: Record<string, unknown>,
  { dedup, dnc }: Pick<Stage, 'dedup' | 'dnc'>,
  receivedAtMs: number,
): Envelope {
  const body = Buffer.from(JSON.stringify(event));
  const classified = classify(event);
  const identify = createIdentify({
    transientFields: dedup.transientFields,
    toE164: (text) => toE164(text, dnc.defaultRegion),
  });
  const { kind } = classified;
  return { kind, routingType: routingTypeOf(classified), ...identify(classified, body), receivedAtMs, body };
}
