import { existsSync } from 'node:fs';
import { readStageFile, stageFilePath } from '../../infra/stage-file.ts';
import { parseStage } from '../../lib/stage/parse.ts';
import type { Stage } from '../../lib/stage/stage.ts';

export type SecretName = Exclude<keyof Stage['secrets'], 'schemaRegistry'>;

/** As the stage file of this working copy says; a stage without a file here has the default names. @throws ConfigError */
export function secretNameOf(stage: string, name: SecretName): string {
  const path = stageFilePath(stage);
  return (existsSync(path) ? readStageFile(path, 'local') : parseStage(stage, {})).secrets[name];
}
