import { existsSync, lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { EmbeddedRedis } from '../embedded/redis/server.ts';

/** null: the part is not embedded, or the stage does not use it; not ours to break. */
export interface PartsState {
  redis: 'well' | 'away' | null;
  topics: 'well' | 'failing' | null;
}

export const BREAKAGES = ['redis-flush', 'redis-away', 'redis-back', 'topics-fail', 'topics-back'] as const;
export type Breakage = (typeof BREAKAGES)[number];

export interface Breakages {
  state(): PartsState;
  /** False: the part is not ours to break. */
  apply(breakage: Breakage): boolean;
  mendAll(): void;
}

/** Breaks embedded parts and mends them: topics fail while a file stands where their directory is to be. */
export function createBreakages(redis: EmbeddedRedis | null, topicLogDirectory: string | null): Breakages {
  if (topicLogDirectory !== null) bringBack(topicLogDirectory); // a relay that was killed meanwhile
  const parts: PartsState = { redis: redis && 'well', topics: topicLogDirectory === null ? null : 'well' };
  const onRedis = (change: (redis: EmbeddedRedis) => void): boolean => {
    if (redis !== null) change(redis);
    return redis !== null;
  };
  const onTopics = (state: 'well' | 'failing', change: (directory: string) => void): boolean => {
    if (topicLogDirectory === null) return false;
    if (parts.topics !== state) change(topicLogDirectory);
    parts.topics = state;
    return true;
  };
  const changes: Record<Breakage, () => boolean> = {
    'redis-flush': () => onRedis((embedded) => embedded.command('FLUSHALL')),
    'redis-away': () =>
      onRedis((embedded) => {
        embedded.disturb({ kind: 'away' });
        parts.redis = 'away';
      }),
    'redis-back': () =>
      onRedis((embedded) => {
        embedded.disturb(undefined);
        parts.redis = 'well';
      }),
    'topics-fail': () => onTopics('failing', putAside),
    'topics-back': () => onTopics('well', bringBack),
  };
  return {
    state: () => ({ ...parts }),
    apply: (breakage) => changes[breakage](),
    mendAll() {
      changes['redis-back']();
      changes['topics-back']();
    },
  };
}

const asideOf = (directory: string) => `${directory}.aside`;

function putAside(directory: string): void {
  if (existsSync(directory)) renameSync(directory, asideOf(directory));
  writeFileSync(directory, 'The console has made the topics fail; mend them there, or start the relay anew.\n');
}

function bringBack(directory: string): void {
  if (lstatSync(directory, { throwIfNoEntry: false })?.isFile()) rmSync(directory);
  if (existsSync(asideOf(directory)) && !existsSync(directory)) renameSync(asideOf(directory), directory);
}
