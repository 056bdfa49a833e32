import { type JavaService, startJavaService } from './java-service.ts';
import { fromMaven } from './maven.ts';

/** Where Apicurio has Confluent's API. */
const CONFLUENT_API = '/apis/ccompat/v7';

/** A schema registry on loopback, in memory; `url` is what the stage file would say. */
export async function startSchemaRegistry(options: { detached?: boolean } = {}): Promise<JavaService> {
  const dir = await fromMaven('schema-registry', 'unpack');
  const service = await startJavaService({
    name: 'schema-registry',
    maxHeapMiB: 384,
    args: (port) => [
      ...['-Dquarkus.http.host=127.0.0.1', `-Dquarkus.http.port=${port}`, '-Dquarkus.log.level=WARN'],
      ...['-cp', `${dir}/*:${dir}/lib/*`, 'io.quarkus.runner.GeneratedMain'],
    ],
    readyPath: `${CONFLUENT_API}/subjects`,
    ...options,
  });
  return { ...service, url: service.url + CONFLUENT_API };
}
