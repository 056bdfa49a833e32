import type { Clock } from '../../lib/platform/clock.ts';
import type { Log } from '../../lib/platform/logging.ts';
import type { CachedSecret } from '../../lib/platform/secrets.ts';
import { createHttpRegistry } from '../../lib/routing/schema-registry/http-registry.ts';
import { createLocalCheck } from '../../lib/routing/schema-registry/local-check.ts';
import type { RegistryCredentials } from '../../lib/routing/schema-registry/registry-request.ts';
import { createRemoteCheck } from '../../lib/routing/schema-registry/remote-check.ts';
import type { SchemaCheck } from '../../lib/routing/schema-registry/schema-check.ts';
import type { Stage } from '../../lib/stage/stage.ts';

export interface SchemaSettings {
  schemaRegistry: Stage['schemaRegistry'];
  /** Undefined: the registry asks for none. */
  credentials: CachedSecret<RegistryCredentials> | undefined;
  clock: Clock;
  log: Log;
}

/** Undefined: no registry is set, and events are not validated. */
export function schemaCheckOf({ schemaRegistry, credentials, clock, log }: SchemaSettings): SchemaCheck | undefined {
  const { url, mode, subjects, refreshSeconds } = schemaRegistry;
  if (url === null) return undefined;
  const registry = createHttpRegistry({ url, credentials, clock });
  if (mode === 'remote') return createRemoteCheck({ registry, subjects });
  return createLocalCheck({ registry, subjects, refreshMs: refreshSeconds * 1000, clock, log });
}
