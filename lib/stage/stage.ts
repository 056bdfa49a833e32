import type { DedupStrategy, EventKind } from '../events/kinds.ts';
import type { RouteAuthentication, StageFile, WEBHOOK_ROUTES } from './schema.ts';

type WebhookRoute = (typeof WEBHOOK_ROUTES)[number];

/** A stage file after validation: every default filled in, per-kind and per-route tables complete. */
export interface Stage extends Omit<StageFile, 'authentication' | 'dedup' | 'secrets'> {
  /** The stage's name: part of every key, table and suffix that could collide. */
  name: string;
  authentication: Record<WebhookRoute, RouteAuthentication>;
  dedup: Omit<StageFile['dedup'], 'strategies' | 'transientFields'> & {
    strategies: Record<EventKind, DedupStrategy>;
    transientFields: Record<EventKind, string[]>;
  };
  /** Names of Secrets Manager secrets. */
  secrets: {
    webhook: string;
    upstash: string;
    kafka: string;
    cxone: string;
    audit: string;
    prometheus: string;
    influx: string;
    /** Null: the registry asks for no credentials. */
    schemaRegistry: string | null;
  };
}
