import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createCxoneClient } from '../../../lib/cxone/client.ts';
import { createDynamoTokenStore } from '../../../lib/cxone/dynamo-token-store.ts';
import { systemClock } from '../../../lib/platform/clock.ts';

/** What one process of workers is told, as JSON in its first argument. */
export interface WorkerOrder {
  dynamoEndpoint: string;
  /** Tables belong to it. */
  accessKeyId: string;
  cxoneUrl: string;
  /** Workers in this process, each with a client of its own, as if each were a process. */
  workers: number;
  /** Calls that each worker makes, one after the other, `pauseMs` apart. */
  calls: number;
  pauseMs: number;
  renewalLeaseMs: number;
}

/** One process of workers: prints `ready`, waits for a line on stdin, then works and prints the failures as JSON. */
async function work(order: WorkerOrder): Promise<string[]> {
  const dynamo = new DynamoDBClient({
    endpoint: order.dynamoEndpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: order.accessKeyId, secretAccessKey: 'local' },
  });
  const makeClient = () =>
    createCxoneClient({
      api: {
        baseUrl: order.cxoneUrl,
        authBaseUrl: null,
        authStyle: 'json',
        tokenPath: null,
        scopes: [],
        requestsPerSecond: 50,
      },
      credentials: {
        get: async () => ({ clientId: 'local-client-id', clientSecret: 'local-client-secret' }),
        refetch: async () => false,
      },
      credentialsName: 'test',
      tokenStore: createDynamoTokenStore({ dynamo, table: 'Tokens' }),
      clock: systemClock,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      renewalLeaseMs: order.renewalLeaseMs,
    });
  const clients = Array.from({ length: order.workers }, makeClient);
  process.stdout.write('ready\n');
  await new Promise((resolve) => process.stdin.once('data', resolve));
  const failures: string[] = [];
  await Promise.all(
    clients.map(async (client) => {
      for (let call = 0; call < order.calls; call++) {
        await client.request({ method: 'GET', path: '/api/v2/webhooks' }).catch((error: unknown) => {
          failures.push(String(error));
        });
        await systemClock.sleep(order.pauseMs);
      }
    }),
  );
  return failures;
}

const failures = await work(JSON.parse(process.argv[2] ?? '{}') as WorkerOrder);
process.stdout.write(`${JSON.stringify(failures)}\n`);
process.exit(0);
