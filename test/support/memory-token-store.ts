import type { RenewalLease, StoredToken, TokenStore } from '../../lib/cxone/token-store.ts';

/** TokenStore in memory; passes the same contract as the one in DynamoDB. Counts reads. */
export function memoryTokenStore(): TokenStore & { reads: number } {
  const items = new Map<string, { token?: StoredToken; lease?: RenewalLease }>();
  const itemOf = (credential: string) => {
    const item = items.get(credential) ?? {};
    items.set(credential, item);
    return item;
  };
  return {
    reads: 0,
    async read(credential) {
      this.reads += 1;
      return items.get(credential)?.token;
    },
    async acquire(credential, lease, nowMs) {
      const item = itemOf(credential);
      const free = item.lease === undefined || item.lease.untilMs < nowMs || item.lease.owner === lease.owner;
      if (!free || (item.token?.version ?? 0) !== lease.version) return false;
      item.lease = lease;
      return true;
    },
    async write(credential, lease, grant) {
      const item = itemOf(credential);
      if (item.lease?.owner !== lease.owner || (item.token?.version ?? 0) !== lease.version) return undefined;
      item.token = { ...grant, version: lease.version + 1 };
      delete item.lease;
      return item.token;
    },
    async release(credential, lease) {
      const item = itemOf(credential);
      if (item.lease?.owner === lease.owner) delete item.lease;
    },
  };
}
