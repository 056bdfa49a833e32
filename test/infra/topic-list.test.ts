import { expect, it } from '@jest/globals';
import { topicList } from '../../infra/topic-list.ts';
import { parseStage } from '../../lib/stage/parse.ts';

const listOf = (file: object) => topicList(parseStage('test', file)).split('\n').slice(1);

it('npm run synth lists the topics of the default table', () => {
  expect(listOf({})).toEqual([
    '  cxone.interactions.raw',
    '  cxone.dispositions.raw',
    '  cxone.transfers.raw',
    '  cxone.calls.terminated',
    '  cxone.data-actions.raw',
    '  cxone.data-actions.updated',
  ]);
});

it('lists each once, and the topic of newest states as compacted unless it gets events, too', () => {
  const routing = { A: 'one', B: 'two', C: 'one' };
  expect(listOf({ routing, kafka: { interactionStateTopic: 'states' } })).toEqual([
    '  one',
    '  two',
    '  states  (compacted)',
  ]);
  expect(listOf({ routing, kafka: { interactionStateTopic: 'two' } })).toEqual(['  one', '  two']);
});
