import { describe, expect, it } from '@jest/globals';
import { createMetrics } from '../../../lib/platform/metrics.ts';
import { fakeClock } from '../../support/clock.ts';
import { emfOf } from '../../support/emf.ts';

const valuesOf = async (work: () => void) =>
  (await emfOf(async () => work())).map(({ metric, value }) => `${metric} ${value}`);

describe('metrics', () => {
  it('collects what may wait and writes every value of it once a minute', async () => {
    const clock = fakeClock();
    const metrics = createMetrics('dedup-router', 'prod', clock);
    const batch = (milliseconds: number) => {
      metrics.add('KafkaSend', milliseconds, 'Milliseconds');
      metrics.flush();
    };
    expect(await valuesOf(() => batch(1))).toEqual(['KafkaSend 1']); // a process that sees one batch tells of it
    expect(await valuesOf(() => batch(2))).toEqual([]);
    clock.advance(59_999);
    expect(await valuesOf(() => batch(3))).toEqual([]);
    clock.advance(1);
    expect(await valuesOf(() => batch(4))).toEqual(['KafkaSend 2', 'KafkaSend 3', 'KafkaSend 4']);
  });

  it('writes at once what somebody is woken for, and what was collected with it', async () => {
    const metrics = createMetrics('dedup-router', 'prod', fakeClock());
    await valuesOf(() => {
      metrics.add('FilterUnavailable', 0);
      metrics.flush();
    });
    const written = await valuesOf(() => {
      metrics.add('FilterUnavailable', 1);
      metrics.add('FilterDamaged', 1);
      metrics.flush();
    });
    expect(written).toEqual(['FilterUnavailable 1', 'FilterDamaged 1']);
    expect(await valuesOf(() => metrics.flush())).toEqual([]);
  });

  it('never holds back more than a hundred values', async () => {
    const metrics = createMetrics('dedup-router', 'prod', fakeClock());
    const written = await valuesOf(() => {
      for (let batch = 0; batch < 250; batch++) {
        metrics.add('KafkaSend', batch, 'Milliseconds');
        metrics.flush();
      }
    });
    expect(written.length).toBe(201); // the first, and two hundreds
  });

  it('does not write again what a log line tells', async () => {
    const metrics = createMetrics('webhook-receiver', 'prod', fakeClock());
    const written = await valuesOf(() => {
      metrics.add('EventsAccepted', 1);
      metrics.flush();
    });
    expect(written).toEqual([]);
  });
});
