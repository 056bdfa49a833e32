import * as z from 'zod/mini';

/** CXone's limits (contract §7), checked before anything is sent. */
export const MAX_SUBSCRIPTIONS = 100;
export const MAX_ENDPOINTS = 10;
/** The relay remembers a subscription by its name, in a DynamoDB key of 2,048 bytes: any 500 characters fit. */
const MAX_NAME_LENGTH = 500;
export const SUBSCRIPTION_EVENT_TYPES = [
  'contact.created',
  'contact.updated',
  'interaction.completed',
  'queue.event',
] as const;

const httpUrl = () => z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });
const text = () => z.string().check(z.minLength(1));
/** Also when elements are wrong, so that one message names everything; zod's own `maxLength` would not look at the elements. */
const atMost = (limit: number, what: string) =>
  z.refine<readonly unknown[]>((list) => list.length <= limit, {
    error: `CXone takes at most ${limit} ${what}`,
    when: isList,
  });
const isList = ({ value }: { value: unknown }): boolean => Array.isArray(value);
const nonNegativeInt = () => z.int().check(z.nonnegative());

const endpointSchema = z.strictObject({ url: httpUrl(), type: z.enum(['webhook', 'queue']) });
const filterSchema = z.strictObject({ field: text(), operator: text(), value: z.string() });

const deadLetterQueueSchema = z
  .strictObject({
    enabled: z.boolean(),
    endpointUrl: z.optional(httpUrl()),
    retentionDays: z.optional(z.int().check(z.positive())),
  })
  .check(
    z.refine((queue) => !queue.enabled || queue.endpointUrl !== undefined, {
      error: 'an enabled dead-letter queue needs endpointUrl',
      path: ['endpointUrl'],
    }),
  );

const retryConfigurationSchema = z
  .strictObject({
    maxRetries: nonNegativeInt(),
    backoffStrategy: z.enum(['exponential', 'linear']),
    initialDelayMs: nonNegativeInt(),
    maxDelayMs: nonNegativeInt(),
  })
  .check(
    z.refine((retry) => retry.initialDelayMs <= retry.maxDelayMs, {
      error: 'must be at least initialDelayMs',
      path: ['maxDelayMs'],
    }),
  );

/** One declared EventBridge subscription, as the stage file has it and as CXone takes it (contract §7). */
export const subscriptionSchema = z.strictObject({
  /** The relay finds its subscriptions by it: without blanks at either end, which CXone may trim. */
  name: z.string().check(z.trim(), z.minLength(1), z.maxLength(MAX_NAME_LENGTH)),
  description: z._default(z.string(), ''),
  eventType: z.enum(SUBSCRIPTION_EVENT_TYPES),
  filters: z._default(z.array(filterSchema), []),
  endpoints: z.array(endpointSchema).check(z.minLength(1), atMost(MAX_ENDPOINTS, 'endpoints a subscription')),
  deadLetterQueue: z.prefault(deadLetterQueueSchema, { enabled: false }),
  retryConfiguration: z.prefault(retryConfigurationSchema, {
    maxRetries: 5,
    backoffStrategy: 'exponential',
    initialDelayMs: 1000,
    maxDelayMs: 10_000,
  }),
});
export type DesiredSubscription = z.output<typeof subscriptionSchema>;

export const subscriptionsSchema = z.array(subscriptionSchema).check(
  atMost(MAX_SUBSCRIPTIONS, 'subscriptions an organisation'),
  z.superRefine(
    (list, context) => {
      const seen = new Set<string>();
      for (const [index, subscription] of list.entries()) {
        const name = (subscription as DesiredSubscription | undefined)?.name; // of a wrong element there may be nothing
        if (name === undefined) continue;
        if (seen.has(name))
          context.addIssue({ code: 'custom', path: [index, 'name'], message: `"${name}" is declared twice` });
        seen.add(name);
      }
    },
    { when: isList },
  ),
);
