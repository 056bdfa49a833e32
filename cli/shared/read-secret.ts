import { systemClock as clock } from '../../lib/platform/clock.ts';
import { cachedSecret } from '../../lib/platform/secrets.ts';
import type { SecretName } from './secret-names.ts';
import type { Target } from './target.ts';

/** Once, as a command needs it. @throws RelayError that names the secret */
export function readSecret<T>(
  { secretsManager: client, secretOf }: Pick<Target, 'secretsManager' | 'secretOf'>,
  name: SecretName,
  parse: (json: unknown) => T,
): Promise<T> {
  return cachedSecret({ client, name: secretOf(name), parse, clock, onStale: () => {} }).get();
}
