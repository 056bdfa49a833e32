import type { Target, TargetOptions } from './target.ts';

/** @throws Error that says how to start or name the relay */
export async function findTarget({ stage, port }: TargetOptions): Promise<Target> {
  if (stage !== undefined) return (await import('./stage-target.ts')).stageTarget(stage);
  return (await import('./local-target.ts')).localTarget(port);
}
