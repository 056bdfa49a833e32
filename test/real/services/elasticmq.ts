import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type JavaService, startJavaService } from './java-service.ts';
import { fromMaven } from './maven.ts';

/** SQS with the limits of AWS, in memory, on loopback; queues are made by whoever needs them. */
export async function startElasticMq(options: { detached?: boolean } = {}): Promise<JavaService> {
  const jars = await fromMaven('elasticmq');
  return startJavaService({
    name: 'elasticmq',
    maxHeapMiB: 256,
    args: (port, dir) => {
      const config = join(dir, 'elasticmq.conf');
      writeFileSync(config, configOf(port));
      return [`-Dconfig.file=${config}`, '-cp', `${jars}/*`, 'org.elasticmq.server.Main'];
    },
    readyPath: '/?Action=ListQueues',
    ...options,
  });
}

const configOf = (port: number): string => `
node-address { protocol = http, host = "127.0.0.1", port = ${port}, context-path = "" }
rest-sqs { enabled = true, bind-hostname = "127.0.0.1", bind-port = ${port}, sqs-limits = strict }
rest-stats.enabled = false
`;
