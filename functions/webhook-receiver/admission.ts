import { toE164 } from '../../lib/dnc/phone-number.ts';
import { createIdentify } from '../../lib/events/identify.ts';
import type { Stage } from '../../lib/stage/stage.ts';
import type { WebhookReceiverDeps } from './handler.ts';

type Admission = Pick<WebhookReceiverDeps, 'authentication' | 'routing' | 'maxEventBytes' | 'identify'>;

/** What the stage file says of which events are let in, and of which are the same. */
export function admissionOf({ authentication, routing, maxEventBytes, dedup, dnc }: Stage): Admission {
  const { transientFields } = dedup;
  const identify = createIdentify({ transientFields, toE164: (text) => toE164(text, dnc.defaultRegion) });
  return { authentication, routing, maxEventBytes, identify };
}
