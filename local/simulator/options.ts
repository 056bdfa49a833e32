export type ListForm = 'array' | 'items' | 'subscriptions' | 'entities';

/** How the simulated CXone behaves; every one has a default, and all but the rates can be changed while it runs. */
export interface SimulatorOptions {
  clientId: string;
  clientSecret: string;
  tokenLifetimeSeconds: number;
  /** Scopes CXone has granted to the client; null: all. Style `basic` gets those of them it asks for. */
  grantedScopes: string[] | null;
  /** Contract §4's limits, each a token bucket of that capacity. */
  tokenRequestsPerSecond: number;
  apiRequestsPerSecond: number;
  /** Whether a DNC group answers a record with `success: false` when it is as wanted already. */
  refuseUnchangedDncRecords: boolean;
  /** Form of the subscription list's answer. */
  listForm: ListForm;
  pageSize: number;
  /** `nextPage` as a URL or as a path. */
  nextPageAs: 'url' | 'path';
  /** How often delivery-status answers `pending` before a written subscription is `active`. */
  pollsUntilActive: number;
  /** Seed of everything that looks random: ids, fault rates, order of lists. */
  seed: number;
}

export const DEFAULT_OPTIONS: SimulatorOptions = {
  clientId: 'local-client-id',
  clientSecret: 'local-client-secret',
  tokenLifetimeSeconds: 3600,
  grantedScopes: null,
  tokenRequestsPerSecond: 10,
  apiRequestsPerSecond: 50,
  refuseUnchangedDncRecords: false,
  listForm: 'entities',
  pageSize: 25,
  nextPageAs: 'path',
  pollsUntilActive: 1,
  seed: 1,
};
