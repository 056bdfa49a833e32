import type { stageSchema } from '../schema.ts';
import type { SettingPath } from './setting-path.ts';

/** Every setting of the stage file. A meaning is required for each, and for nothing else. */
export type StagePath = SettingPath<typeof stageSchema>;
type SubscriptionPath = Extract<StagePath, `subscriptions${string}`>;
type AlarmPath = Extract<StagePath, `alarms${string}`>;

export type SubscriptionMeanings = Record<SubscriptionPath, string>;
export type AlarmMeanings = Record<AlarmPath, string>;
export type OtherMeanings = Record<Exclude<StagePath, SubscriptionPath | AlarmPath>, string>;
