import { fromMaven } from './maven.ts';

/** The directory with the broker's jars, Kafka's command line tools among them. */
export const kafkaJars = (): Promise<string> => fromMaven('kafka');
