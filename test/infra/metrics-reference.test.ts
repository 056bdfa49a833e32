import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { METRICS_REFERENCE, metricsReference } from '../../infra/metrics-reference.ts';
import { METRIC_CATALOGUE, type MetricDefinition } from '../../lib/platform/metric-catalogue.ts';
import { METRICS_NAMESPACE } from '../../lib/platform/metrics.ts';
import { ALL_FUNCTION_NAMES } from '../../lib/stage/names.ts';
import { parseStage } from '../../lib/stage/parse.ts';
import { type RunningSimulator, startCxoneSimulator } from '../../local/simulator/server.ts';
import { COMPLETED_INTERACTIONS } from '../support/completed-interactions.ts';
import type { Datapoint } from '../support/emf.ts';
import type { Faults } from '../support/watched-relay/faults.ts';
import { watchedRelay } from '../support/watched-relay/watched-relay.ts';
import { TELEMETRY_ON } from './telemetry-on.ts';

/** Between them they bring about everything that is counted. */
const RUNS: Faults[] = [
  {},
  { filterFlushed: true, contactFails: true, poison: true, wrongSignatures: 1, unknownType: true, numberRefused: true },
  { queueAway: true, filterAway: true, subscriptionsAway: true, tokenRefused: true, influxAwayForAWeek: true },
];
const STAGE = parseStage('dev', {
  ...TELEMETRY_ON,
  dnc: { maxAttempts: 2 },
  webhooks: { eventRegistrations: false, dataActionWebhooks: false },
  subscriptions: [COMPLETED_INTERACTIONS],
});
const TICKS = 12;
const catalogue = Object.entries<MetricDefinition>(METRIC_CATALOGUE);

let cxone: RunningSimulator;
let emitted: Datapoint[];
beforeAll(async () => {
  cxone = await startCxoneSimulator({ tokenRequestsPerSecond: 10_000, apiRequestsPerSecond: 10_000 });
  emitted = [];
  for (const faults of RUNS) emitted.push(...(await watchedRelay(STAGE, 'api', cxone, faults, TICKS)).data);
  emitted = emitted.filter(({ namespace }) => namespace === METRICS_NAMESPACE);
});
afterAll(() => cxone.close());

describe('the metric catalogue', () => {
  it('is what docs/metrics.md shows; `node infra/metrics-reference.ts` prints it anew', () => {
    expect(readFileSync(METRICS_REFERENCE, 'utf8')).toBe(metricsReference());
  });

  it('names functions that there are, and a meaning', () => {
    for (const [name, { services, meaning }] of catalogue) {
      expect([name, services.filter((service) => !ALL_FUNCTION_NAMES.some((known) => known === service))]).toEqual([
        name,
        [],
      ]);
      expect(meaning).toMatch(/^[A-Z].{20,}\.$/);
    }
  });

  it.each(catalogue)('%s is emitted with that unit, service, stage and its own dimensions', (name, definition) => {
    const points = emitted.filter(({ metric }) => metric === name);
    expect(points.length).toBeGreaterThan(0);
    const names = ['service', 'stage', ...Object.keys(definition.dimensions ?? {})].sort();
    for (const { unit, dimensions } of points) {
      expect([unit, Object.keys(dimensions).sort(), dimensions.stage]).toEqual([definition.unit, names, 'dev']);
      expect(definition.services).toContain(dimensions.service);
      for (const [own, values] of Object.entries(definition.dimensions ?? {}))
        expect(values).toContain(dimensions[own]);
    }
  });

  it('has all that is emitted', () => {
    expect([...new Set(emitted.map(({ metric }) => metric))].filter((name) => !(name in METRIC_CATALOGUE))).toEqual([]);
  });
});
