import type { SnapshotSettings } from './snapshot.ts';

const HOUR_MS = 3_600_000;

/** What of the stage file the counts are read by (a stage fits). */
export interface CountedStage {
  routing: Readonly<Record<string, string>>;
  kafka: { interactionStateTopic: string | null };
  dedup: { filter: 'upstash' | 'off'; windowHours: number; eventsPerDay: number };
}

export function snapshotSettingsOf({ routing, kafka, dedup }: CountedStage): SnapshotSettings {
  const { interactionStateTopic } = kafka;
  const topics = [...Object.values(routing), ...(interactionStateTopic === null ? [] : [interactionStateTopic])];
  return {
    topics: [...new Set(topics)],
    windowMs: dedup.windowHours * HOUR_MS,
    filterCapacity: dedup.filter === 'off' ? 0 : dedup.eventsPerDay,
  };
}
