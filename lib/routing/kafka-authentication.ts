import type { SASLOptions } from 'kafkajs';
import type { Clock } from '../platform/clock.ts';
import type { CachedSecret } from '../platform/secrets.ts';
import { type AwsCredentials, mskIamToken } from './msk-iam-token.ts';

export interface KafkaCredentials {
  username: string;
  password: string;
}

/** How the relay proves to the brokers who it is: the stage file's `kafka.sasl` with what each mechanism needs. */
export type KafkaSasl =
  | { mechanism: 'none' }
  | {
      mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      /** Read for every new producer, so that a rotated password is taken up. */
      credentials: CachedSecret<KafkaCredentials>;
    }
  | { mechanism: 'msk-iam'; region: string; credentials: () => Promise<AwsCredentials> };

/**
 * kafkajs' form of it; undefined for none. `renew`: the brokers have refused the credentials, so the secret is read anew in
 * case it was rotated. Rejects with what reading the secret rejects with.
 */
export async function saslOptions(sasl: KafkaSasl, renew: boolean, clock: Clock): Promise<SASLOptions | undefined> {
  switch (sasl.mechanism) {
    case 'none':
      return undefined;
    case 'msk-iam':
      return {
        mechanism: 'oauthbearer',
        oauthBearerProvider: async () => ({
          value: mskIamToken(sasl.region, await sasl.credentials(), clock.nowMs()),
        }),
      };
    default:
      if (renew) await sasl.credentials.refetch();
      return { mechanism: sasl.mechanism, ...(await sasl.credentials.get()) };
  }
}
