import {
  type AttributeValue,
  type DynamoDBClient,
  paginateScan,
  type ScanCommandInput,
} from '@aws-sdk/client-dynamodb';

/** Every item of a table, page by page. For one machine's tables; a deployed one would be read by key. */
export async function* scan(
  dynamo: DynamoDBClient,
  input: ScanCommandInput,
): AsyncGenerator<Record<string, AttributeValue>> {
  for await (const { Items = [] } of paginateScan({ client: dynamo }, { ConsistentRead: true, ...input })) yield* Items;
}
