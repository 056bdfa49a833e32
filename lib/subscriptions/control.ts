import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

/**
 * What the relay remembers of a subscription (design §7), by name: an operation number has to outlive the id, or a
 * re-creation after a deletion by hand would carry the key of the first creation and only replay its answer.
 */
export interface SubscriptionControl {
  name: string;
  /** CXone's id, once known. */
  subscriptionId: string | null;
  /** Number of the next operation, or of the open one. */
  operation: number;
  /** An operation of this number was begun and its outcome is not known: a retry shares its key. */
  open: boolean;
  /** Delivery state as last seen; null before the first look. */
  state: string | null;
  /** Delivery state that the registry has been told, and of which id: one made anew is another to the registry. */
  toldState: string | null;
  toldId: string | null;
}

/** A webhook that was registered (contract §5): CXone offers no way to ask. */
export interface WebhookControl {
  /** `event-registration` or `data-action-webhook`. */
  webhook: string;
  /** Keyed digest: changes with URL, secret and content of the registration, and with the audit trail's key. */
  fingerprint: string;
  registrationId: string | null;
  /** ISO 8601. */
  registeredAt: string;
}

/** The reconciler's memory. One writer at a time, by lease; a lost write costs a repeated look, never a wrong change. */
export interface ControlStore {
  subscription(name: string): Promise<SubscriptionControl>;
  putSubscription(control: SubscriptionControl): Promise<void>;
  webhook(name: string): Promise<WebhookControl | undefined>;
  putWebhook(control: WebhookControl): Promise<void>;
  /** Ids whose deletion the registry is to hear of. */
  owedDeletions(): Promise<string[]>;
  putOwedDeletions(ids: readonly string[]): Promise<void>;
}

const OWED_DELETIONS = 'subscriptions#owed-deletions';

export const freshControl = (name: string): SubscriptionControl => ({
  name,
  subscriptionId: null,
  operation: 1,
  open: false,
  state: null,
  toldState: null,
  toldId: null,
});

export function createDynamoControlStore(dynamo: Pick<DynamoDBClient, 'send'>, table: string): ControlStore {
  const read = async (id: string): Promise<Record<string, unknown> | undefined> => {
    const { Item } = await dynamo.send(
      new GetItemCommand({ TableName: table, Key: { id: { S: id } }, ConsistentRead: true }),
    );
    if (!Item) return undefined;
    const { id: _id, ...rest } = unmarshall(Item);
    return rest;
  };
  const write = async (id: string, value: object): Promise<void> => {
    await dynamo.send(new PutItemCommand({ TableName: table, Item: marshall({ ...value, id }) }));
  };
  return {
    subscription: async (name) => ({ ...freshControl(name), ...(await read(`subscription#${name}`)) }),
    putSubscription: (control) => write(`subscription#${control.name}`, control),
    webhook: async (name) => (await read(`webhook#${name}`)) as WebhookControl | undefined,
    putWebhook: (control) => write(`webhook#${control.webhook}`, control),
    owedDeletions: async () => ((await read(OWED_DELETIONS))?.ids as string[] | undefined) ?? [],
    putOwedDeletions: (ids) => write(OWED_DELETIONS, { ids }),
  };
}
