import * as z from 'zod/mini';
import type { DesiredSubscription } from './desired.ts';

const optionalText = () => z.catch(z.string(), '');
const looseObject = () => z.catch(z.record(z.string(), z.unknown()), {});

/**
 * A subscription as CXone lists it. Read leniently: whatever a field has become, the plan must be able to name it and put
 * it right; only the id is needed to do so.
 */
export const remoteSubscriptionSchema = z.object({
  /** Stands as one segment in the paths of its writes, which dots alone would lead elsewhere. */
  id: z.union([z.string().check(z.regex(/^(?!\.{1,2}$)./s)), z.pipe(z.number(), z.transform(String))]),
  name: optionalText(),
  description: optionalText(),
  eventType: optionalText(),
  filters: z.catch(z.array(looseObject()), []),
  endpoints: z.catch(z.array(looseObject()), []),
  deadLetterQueue: looseObject(),
  retryConfiguration: looseObject(),
  state: z.catch(z.optional(z.string()), undefined),
  createdDate: z.catch(z.optional(z.string()), undefined),
});
export type RemoteSubscription = z.output<typeof remoteSubscriptionSchema>;

/** What is sent to CXone (contract §7): the declaration, with the owner's mark on its description. */
export type SubscriptionPayload = DesiredSubscription;

/** The mark that makes a subscription ours (design §7); whatever lacks it is never changed or deleted. */
export const ownerMark = (stage: string) => ` [relay:${stage}]`;

/** Without blanks at either end: CXone may trim what it stores, and the mark of an empty description begins with one. */
export function payloadOf(desired: DesiredSubscription, stage: string): SubscriptionPayload {
  return { ...desired, description: `${desired.description.trim()}${ownerMark(stage)}`.trim() };
}

export function isOwned(remote: RemoteSubscription, stage: string): boolean {
  return ` ${remote.description.trim()}`.endsWith(ownerMark(stage));
}
