import type { BacklogStore, StoredBacklog } from '../../../lib/telemetry/influx-backlog.ts';

export function memoryBacklog(): BacklogStore {
  let stored: StoredBacklog | undefined;
  return {
    read: async () => structuredClone(stored),
    async write(backlog, version) {
      if ((stored?.version ?? 0) !== version) return 'refused';
      stored = structuredClone({ backlog, version: version + 1 });
      return 'done';
    },
  };
}
