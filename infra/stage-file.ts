import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { ConfigError, messageOf } from '../lib/platform/errors.ts';
import { parseStage, type StageTarget } from '../lib/stage/parse.ts';
import type { Stage } from '../lib/stage/stage.ts';

const STAGES = join(import.meta.dirname, 'stages');

export const stageFilePath = (stage: string): string => join(STAGES, `${stage}.json`);

/**
 * Reads and validates a stage file; the stage is named after it.
 * @throws ConfigError: no such file, not JSON, or all of its faults at once.
 */
export function readStageFile(path: string, target: StageTarget): Stage {
  return parseStage(basename(path, '.json'), readJson(path), target);
}

function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const others = readdirSync(STAGES).map((file) => basename(file, '.json'));
    throw new ConfigError('stage', `cannot read ${resolve(path)}; stages with a file: ${others.join(', ')}`, cause);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ConfigError(`stage file ${resolve(path)}`, `not JSON: ${messageOf(cause)}`, cause);
  }
}
