import type { Stage } from '../lib/stage/stage.ts';
import { topicsOf } from '../lib/stage/topics.ts';

/** What `npm run synth` says of Kafka: a line a topic that must be there before the stage is deployed. */
export function topicList(stage: Stage): string {
  const lines = topicsOf(stage).map(({ name, compacted }) => `  ${name}${compacted ? '  (compacted)' : ''}`);
  return ['Kafka topics that must be there (docs/wire-contract.md, "Creating the topics"):', ...lines].join('\n');
}
