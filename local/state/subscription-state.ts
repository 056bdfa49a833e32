import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { scan } from './scan.ts';

export interface SubscriptionState {
  id: string;
  name: string;
  state: string;
}

/** The subscriptions that the reconciler has made, as it remembers them in the control table. */
export async function readSubscriptions(dynamo: DynamoDBClient, controlTable: string): Promise<SubscriptionState[]> {
  const subscriptions: SubscriptionState[] = [];
  const input = {
    TableName: controlTable,
    FilterExpression: 'begins_with(id, :prefix)',
    ExpressionAttributeValues: { ':prefix': { S: 'subscription#' } },
  };
  for await (const item of scan(dynamo, input)) {
    const id = item.subscriptionId?.S;
    if (id === undefined) continue;
    subscriptions.push({ id, name: item.name?.S ?? '', state: item.state?.S ?? 'unknown' });
  }
  return subscriptions.sort((a, b) => a.name.localeCompare(b.name));
}
