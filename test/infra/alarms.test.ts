import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { parseStage } from '../../lib/stage/parse.ts';
import { type RunningSimulator, startCxoneSimulator } from '../../local/simulator/server.ts';
import { rings } from '../support/cloudwatch-alarm.ts';
import { COMPLETED_INTERACTIONS } from '../support/completed-interactions.ts';
import type { Faults } from '../support/watched-relay/faults.ts';
import { TICK_MS, watchedRelay } from '../support/watched-relay/watched-relay.ts';
import { alarmsOf, type NamedAlarm } from './alarms-in-template.ts';
import { synthesise } from './synthesise.ts';
import { TELEMETRY_ON } from './telemetry-on.ts';

const STAGE_FILE = {
  ...TELEMETRY_ON,
  dnc: { maxAttempts: 3 },
  webhooks: { eventRegistrations: false, dataActionWebhooks: false },
  subscriptions: [COMPLETED_INTERACTIONS],
};
/** An hour and forty minutes. */
const TICKS = 20;
/** Alarms look back half an hour at most where silence is bad; before that there is nothing to judge by. */
const WARM_UP_TICKS = 6;

interface Statement {
  Effect: string;
  Action: string | string[];
  Principal: { Service?: string };
  Condition?: object;
}

let template: Template;
let alarms: NamedAlarm[];
let cxone: RunningSimulator;

beforeAll(async () => {
  template = synthesise('dev', STAGE_FILE);
  alarms = alarmsOf(template, 'cxone-relay-dev');
  cxone = await startCxoneSimulator({ tokenRequestsPerSecond: 10_000, apiRequestsPerSecond: 10_000 });
});
afterAll(() => cxone.close());

/** The alarms that ring at any moment of a run with these faults. */
async function rung(faults: Faults): Promise<string[]> {
  const [apiId = ''] = Object.keys(template.findResources('AWS::ApiGatewayV2::Api'));
  const { startMs, data } = await watchedRelay(parseStage('dev', STAGE_FILE), apiId, cxone, faults, TICKS);
  const moments = Array.from({ length: TICKS - WARM_UP_TICKS + 1 }, (_, n) => startMs + (WARM_UP_TICKS + n) * TICK_MS);
  return alarms
    .filter((alarm) => moments.some((nowMs) => rings(alarm, data, nowMs)))
    .map(({ name }) => name)
    .sort();
}

const SCENARIOS: [what: string, faults: Faults, expected: string[]][] = [
  ['the queue takes nothing', { queueAway: true }, ['receiver-errors']],
  [
    'signatures are wrong by the dozen',
    { wrongSignatures: 60 },
    ['authentication-failures', 'authentication-failures-lasting'],
  ],
  ['signatures are wrong, of few events', { wrongSignatures: 1 }, ['authentication-failures-lasting']],
  ['CXone sends what is not expected', { unknownType: true }, ['events-refused']],
  ['the router is not called', { stopped: 'dedup-router' }, ['oldest-event-age']],
  ["a contact's event fails for an hour", { contactFails: true }, ['key-backlog', 'oldest-event-age']],
  ['too much is waiting', { backlog: 60_000 }, ['queue-depth']],
  ['an event is refused for good', { poison: true }, ['dead-letter-not-empty']],
  ['a dead letter is six days old', { parkedDaysAgo: 6 }, ['dead-letter-not-empty']],
  ['a dead letter is a week old', { parkedDaysAgo: 7 }, ['dead-letter-lasting', 'dead-letter-not-empty']],
  ['Redis is flushed', { filterFlushed: true }, ['filter-damaged']],
  ['there are more events than the filter is for', { filterCapacity: 20 }, ['filter-overfull']],
  ['Redis is away', { filterAway: true }, ['filter-unavailable']],
  ["CXone's DNC list is away", { dncAway: true }, ['dnc-oldest-pending']],
  ['CXone refuses a number', { numberRefused: true }, ['dnc-failed']],
  ['CXone gives no token', { tokenRefused: true }, ['token-refresh-failing', 'token-refresher-errors']],
  ['subscriptions cannot be read', { subscriptionsAway: true }, ['reconcile-failing']],
  ['a subscription stays pending', { subscriptionsPending: true }, ['subscription-not-active']],
  ['the batcher is not called', { stopped: 'dnc-batcher' }, ['dnc-oldest-pending']],
  ['the refresher is not called', { stopped: 'token-refresher' }, ['token-refresh-failing']],
  ['InfluxDB is away', { influxAway: true }, ['influx-behind']],
  ['InfluxDB has been away for a week', { influxAwayForAWeek: true }, ['influx-behind']],
  ['the exporter is not called', { stopped: 'influx-exporter' }, ['influx-behind']],
  ['the reconciler is not called', { stopped: 'subscription-reconciler' }, ['reconcile-failing']],
];

const CONSEQUENCE = {
  'webhook-receiver': 'receiver-errors',
  'dedup-router': 'oldest-event-age',
  'dnc-batcher': 'dnc-oldest-pending',
  'subscription-reconciler': 'reconcile-failing',
  'token-refresher': 'token-refresh-failing',
  'influx-exporter': 'influx-behind',
} as const;
for (const [name, consequence] of Object.entries(CONSEQUENCE) as [keyof typeof CONSEQUENCE, string][]) {
  SCENARIOS.push([`${name} crashes`, { crashes: name }, [consequence, `${name}-errors`]]);
  SCENARIOS.push([`${name} is throttled`, { throttled: name }, [consequence, `${name}-throttles`]]);
}

SCENARIOS.push(['metrics-endpoint crashes', { crashes: 'metrics-endpoint' }, ['metrics-endpoint-errors']]);
SCENARIOS.push(['metrics-endpoint is throttled', { throttled: 'metrics-endpoint' }, ['metrics-endpoint-throttles']]);

describe('alarms', () => {
  it('are quiet while all goes well', async () => {
    expect(await rung({})).toEqual([]);
  });

  it.each(SCENARIOS)('when %s ring: %j', async (_, faults, expected) => {
    expect(await rung(faults)).toEqual([...expected].sort());
  });

  it('are quiet while a subscription that was deleted by hand is made anew and needs a run to become active', async () => {
    expect(await rung({ subscriptionDeleted: true })).toEqual([]);
  });

  it('are quiet when a scanner comes by', async () => {
    expect(await rung({ scanned: true })).toEqual([]);
  });

  it.each([
    [30, {}],
    [60, { retry: { maxDelaySeconds: 3600 } }],
    [360, { retry: { maxDelayAfterOneDaySeconds: 21_600 } }],
  ])('do not fall silent between two tries of an event, %i minutes apart', (apart, file) => {
    const alarm = alarmsOf(synthesise('dev', file), 'cxone-relay-dev').find(({ name }) => name === 'key-backlog');
    if (!alarm) throw new Error('no such alarm');
    const dimensions = { service: 'dedup-router', stage: 'dev' };
    const at = (minute: number) => ({
      namespace: 'CXoneRelay',
      metric: 'RetriedEventAge',
      dimensions,
      unit: 'Seconds',
      value: 90_000,
      atMs: minute * 60_000,
    });
    const last = 600 + 2 * apart;
    const tries = [600, 600 + apart, last].map(at);
    for (let minute = 605; minute <= last + apart; minute += 5) expect(rings(alarm, tries, minute * 60_000)).toBe(true);
    expect(rings(alarm, tries, (last + 2 * apart + 5) * 60_000)).toBe(false);
  });

  it('look back no further than CloudWatch does: a day in periods below an hour, else a week', () => {
    const farthest = synthesise('dev', {
      ...STAGE_FILE,
      retry: { maxDelayAfterOneDaySeconds: 21_600 },
      alarms: { authenticationFailingPeriodsPer3Hours: 36, deadLetterDays: 7 },
    });
    for (const { name, Period, EvaluationPeriods } of alarmsOf(farthest, 'cxone-relay-dev'))
      expect([name, Period * EvaluationPeriods <= (Period < 3600 ? 1 : 7) * 86_400]).toEqual([name, true]);
  });

  it('have each been heard', () => {
    const heard = new Set(SCENARIOS.flatMap(([, , expected]) => expected));
    expect(alarms.map(({ name }) => name).filter((name) => !heard.has(name))).toEqual([]);
  });

  it('are judged by numbers of the stage file', () => {
    const changed = synthesise('dev', {
      alarms: {
        keyBacklogAgeSeconds: 77,
        deadLetterDays: 3,
        eventsRefusedPerHour: 9,
        authenticationFailingPeriodsPer3Hours: 4,
        filterUnavailablePercent: 20,
        runbookUrl: 'https://wiki.example.com/relay',
      },
    });
    const byName = new Map(alarmsOf(changed, 'cxone-relay-dev').map((alarm) => [alarm.name, alarm]));
    expect(byName.get('key-backlog')?.Threshold).toBe(77);
    expect(byName.get('dead-letter-lasting')).toMatchObject({ EvaluationPeriods: 72, DatapointsToAlarm: 72 });
    expect(byName.get('events-refused')?.Threshold).toBe(9);
    expect(byName.get('authentication-failures-lasting')?.DatapointsToAlarm).toBe(4);
    expect(byName.get('filter-unavailable')?.Threshold).toBe(0.2);
    expect(byName.get('key-backlog')?.description).toMatch(/https:\/\/wiki\.example\.com\/relay#key-backlog$/);
    expect(() => synthesise('dev', { alarms: { keyBacklogAge: 1 } })).toThrow(/alarms\.keyBacklogAge: no such setting/);
  });

  it('of the filter are left out without one', () => {
    const names = alarmsOf(synthesise('dev', { ...TELEMETRY_ON, dedup: { filter: 'off' } }), 'cxone-relay-dev').map(
      ({ name }) => name,
    );
    expect(names.filter((name) => name.startsWith('filter-'))).toEqual([]);
    expect(names.length).toBe(alarms.length - 3);
  });

  it('tell one topic that CloudWatch may write to, encrypted, over TLS alone', () => {
    const topics = Object.entries(template.findResources('AWS::SNS::Topic'));
    expect(topics).toHaveLength(1);
    const [[id, topic] = ['', undefined]] = topics;
    for (const { name, actions } of alarms) expect([name, actions]).toEqual([name, [{ Ref: id }]]);
    expect(topic?.Properties.KmsMasterKeyId).toBeDefined();
    const [policy] = Object.values(template.findResources('AWS::SNS::TopicPolicy'));
    const [key] = Object.values(template.findResources('AWS::KMS::Key'));
    const statements: Statement[] = [policy?.Properties.PolicyDocument, key?.Properties.KeyPolicy].flatMap(
      (document) => document.Statement,
    );
    const forAlarms = statements.filter(({ Principal }) => Principal.Service === 'cloudwatch.amazonaws.com');
    expect(forAlarms.flatMap(({ Action }) => Action).sort()).toEqual([
      'kms:Decrypt',
      'kms:GenerateDataKey*',
      'sns:Publish',
    ]);
    for (const { Condition } of forAlarms)
      expect(Condition).toEqual({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } });
    expect(
      statements.some(
        ({ Effect, Condition }) => Effect === 'Deny' && JSON.stringify(Condition).includes('SecureTransport'),
      ),
    ).toBe(true);
    expect(key?.Properties.EnableKeyRotation).toBe(true);
    template.hasOutput('AlarmTopicArn', { Value: { Ref: id } });
  });
});
