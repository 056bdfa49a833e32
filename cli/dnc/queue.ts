import { createDncHistory } from '../../lib/dnc/history.ts';
import type { RequeueSettings } from '../../lib/dnc/requeue.ts';
import { systemClock as clock } from '../../lib/platform/clock.ts';
import type { Target } from '../shared/target.ts';

/** DncQueue and DncHistory of a relay. `historyYears` counts for who writes; readers leave it out. */
export function dncTables({ dynamo, tableOf }: Pick<Target, 'dynamo' | 'tableOf'>, historyYears = 0): RequeueSettings {
  const history = createDncHistory({ dynamo, table: tableOf('DncHistory'), historyYears, clock });
  return { dynamo, table: tableOf('DncQueue'), clock, history };
}
