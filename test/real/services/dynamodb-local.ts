import { type JavaService, startJavaService } from './java-service.ts';
import { fromMaven } from './maven.ts';

/**
 * Amazon's own emulator, in memory; each access key has tables of its own. It cannot be told to listen on loopback only. It
 * would report its use to Amazon; both of its switches against that are set.
 */
export async function startDynamoDbLocal(options: { detached?: boolean } = {}): Promise<JavaService> {
  const jars = await fromMaven('dynamodb-local');
  return startJavaService({
    name: 'dynamodb-local',
    maxHeapMiB: 256,
    args: (port) => [
      `-Djava.library.path=${jars}`,
      ...['-cp', `${jars}/*`, 'com.amazonaws.services.dynamodbv2.local.main.ServerRunner'],
      ...['-inMemory', '-disableTelemetry', '-port', String(port)],
    ],
    readyPath: '/',
    env: { DDB_LOCAL_TELEMETRY: '0' },
    ...options,
  });
}
