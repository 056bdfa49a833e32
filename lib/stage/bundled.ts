import { readFileSync } from 'node:fs';
import type { Stage } from './stage.ts';

/** The validated stage that synth has put beside the bundle (design §11): not parsed again, so cold start carries no schema. */
export function readBundledStage(bundleUrl: string): Stage {
  return JSON.parse(readFileSync(new URL('./stage.json', bundleUrl), 'utf8')) as Stage;
}
