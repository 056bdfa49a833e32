import { ALARM_MEANINGS } from './alarm-meanings.ts';
import { SECTION_MEANINGS } from './section-meanings.ts';
import type { StagePath } from './stage-path.ts';
import { SUBSCRIPTION_MEANINGS } from './subscription-meanings.ts';

/**
 * What each setting of the stage file means; printed as docs/configuration.md. Kept apart from the schema, which alone is
 * needed at synth, and held to it by type: a setting without a meaning, or a meaning without a setting, does not compile.
 */
export const SETTING_MEANINGS: Readonly<Record<StagePath, string>> = {
  ...SECTION_MEANINGS,
  ...SUBSCRIPTION_MEANINGS,
  ...ALARM_MEANINGS,
};
