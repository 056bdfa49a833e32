import { RegistryRefusalError, RegistryUnavailableError, UnusableSchemaError } from './registry.ts';

/** A registry that is away is asked again soon, one that said no after somebody may have mended it. */
const AWAY_MS = 5000;
const REFUSED_MS = 60_000;
const REFRESH_MS = 30_000;
/** A longer `Retry-After` is not believed: it would outlast the fault. */
const MAX_ASKED_MS = 300_000;

/**
 * How long a schema is not asked for again after a failure. Events that need it meanwhile are answered at once, from what the
 * failure said, so that a registry in trouble is not asked once an event.
 */
export function pauseAfter(error: unknown, hasValue: boolean): number {
  if (error instanceof RegistryRefusalError || error instanceof UnusableSchemaError) return REFUSED_MS;
  const asked = error instanceof RegistryUnavailableError ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(hasValue ? REFRESH_MS : AWAY_MS, Math.min(asked, MAX_ASKED_MS));
}
