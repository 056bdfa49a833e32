import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '../../../lib/platform/errors.ts';
import { parseStage, type StageTarget } from '../../../lib/stage/parse.ts';

const DEPLOYABLE = { kafka: { brokers: ['kafka.example.com:9092'] }, cxone: { baseUrl: 'https://cxone.example.com' } };

function faultsOf(json: unknown, target: StageTarget = 'local'): string[] {
  try {
    parseStage('test', json, target);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n').map((line) => line.trim());
    throw error;
  }
  return [];
}

const subscription = (index: number, changes: Record<string, unknown> = {}) => ({
  name: `subscription-${index}`,
  eventType: 'contact.created',
  endpoints: [{ url: 'https://events.example.com/cxone', type: 'webhook' }],
  ...changes,
});

describe('a stage file', () => {
  it('has a default for every key', () => {
    const stage = parseStage('test', {});
    expect(stage).toMatchObject({
      name: 'test',
      maxEventBytes: 262_144,
      authentication: { '/webhook': { modes: ['hmac', 'url-token'], kinds: null } },
      dedup: {
        windowHours: 72,
        strategies: { 'interaction-update': 'interaction', dnc: 'content' },
        transientFields: { 'data-action': ['timestamp', 'retryCount', 'processedAt', 'webhookId'] },
      },
      secrets: { webhook: 'cxone-relay/test/webhook' },
    });
  });

  it('survives being written to JSON and read again, as it is beside a bundle', () => {
    const stage = parseStage('test', { subscriptions: [subscription(1)] });
    expect(JSON.parse(JSON.stringify(stage))).toEqual(stage);
  });

  it('refuses unknown keys, wherever they are, each by its path', () => {
    const faults = faultsOf({ colour: 1, kafka: { broker: [] }, subscriptions: [subscription(1, { retries: 1 })] });
    expect(faults).toEqual(
      expect.arrayContaining([
        'colour: no such setting',
        'kafka.broker: no such setting',
        'subscriptions[0].retries: no such setting',
      ]),
    );
  });

  it('names every fault of the subscriptions in one message', () => {
    const endpoints = Array.from({ length: 11 }, () => ({ url: 'https://events.example.com', type: 'webhook' }));
    const backoff = { maxRetries: 5, backoffStrategy: 'quadratic', initialDelayMs: 1, maxDelayMs: 2 };
    const subscriptions = Array.from({ length: 101 }, (_, index) => subscription(index));
    subscriptions[3] = subscription(3, { endpoints });
    subscriptions[4] = subscription(4, { eventType: 'contact.deleted' });
    subscriptions[5] = subscription(5, { endpoints: [{ url: 'ftp://events.example.com', type: 'webhook' }] });
    subscriptions[6] = subscription(6, { retryConfiguration: backoff });
    subscriptions[7] = subscription(7, {
      retryConfiguration: { ...backoff, backoffStrategy: 'linear', initialDelayMs: 3 },
    });
    subscriptions[8] = subscription(8, { name: 'subscription-9' });
    const faults = faultsOf({ subscriptions });
    expect(faults[0]).toBe('stage file "test": 7 faults');
    expect(faults.slice(1).sort()).toEqual([
      expect.stringMatching(/^subscriptions: .*at most 100 subscriptions/),
      expect.stringMatching(/^subscriptions\[3\]\.endpoints: .*10/),
      expect.stringMatching(/^subscriptions\[4\]\.eventType: .*contact\.created/),
      'subscriptions[5].endpoints[0].url: must be an http or https URL',
      expect.stringMatching(/^subscriptions\[6\]\.retryConfiguration\.backoffStrategy: .*exponential.*linear/),
      'subscriptions[7].retryConfiguration.maxDelayMs: must be at least initialDelayMs',
      'subscriptions[9].name: "subscription-9" is declared twice',
    ]);
  });

  it('reports what the rules between settings find beside what is wrong with a single one', () => {
    const faults = faultsOf(
      {
        maxEventBytes: 'many',
        routing: { 'data.action.updated': 'no topic!' },
        dnc: { api: 'dnc-groups' },
        dedup: { strategies: { dnc: 'interaction' }, windowHours: 0 },
        retry: { firstDelaySeconds: 60, maxDelaySeconds: 30 },
        schemaRegistry: { url: 'https://user:password@registry.example.com' },
      },
      'cloud',
    );
    expect(faults.map((fault) => fault.split(':')[0])).toEqual(
      expect.arrayContaining([
        'maxEventBytes',
        'routing["data.action.updated"]',
        'dnc.groupId',
        'dedup.strategies.dnc',
        'dedup.windowHours',
        'retry.maxDelaySeconds',
        'schemaRegistry.url',
        'kafka.brokers',
        'cxone.baseUrl',
      ]),
    );
  });

  it('takes a schema registry, and a secret for it, but no subject that would have no effect', () => {
    const url = 'https://registry.example.com/apis/ccompat/v7';
    const { schemaRegistry, secrets } = parseStage('test', { schemaRegistry: { url } });
    expect(schemaRegistry).toMatchObject({ url, mode: 'local', refreshSeconds: 300 });
    expect(secrets.schemaRegistry).toBeNull();
    const faulty = {
      kafka: { interactionStateTopic: 'states' },
      schemaRegistry: { url, subjects: { states: 'state-v1' } },
    };
    expect(faultsOf(faulty)).toEqual([
      'stage file "test": 1 fault',
      expect.stringMatching(/^schemaRegistry\.subjects\["states"\]: .*bodies as CXone sent them/),
    ]);
  });

  it('does not judge a default in the place of a setting that is faulty', () => {
    expect(faultsOf({ retry: { firstDelaySeconds: 'soon', maxDelaySeconds: 1 } })).toHaveLength(2);
    expect(faultsOf({ ...DEPLOYABLE, kafka: { brokers: ['no port'] } }, 'cloud')).toEqual([
      'stage file "test": 1 fault',
      'kafka.brokers[0]: must be host:port',
    ]);
  });

  it.each([[null], [[]], ['text'], [7]])('refuses %j, which is no object', (json) => {
    expect(faultsOf(json)).toHaveLength(2);
  });

  it.each(['', 'Prod', '1st', 'a_b', 'x'.repeat(21)])('refuses the stage name %j', (name) => {
    expect(() => parseStage(name, {})).toThrow(/must be 1 to 20/);
  });
});

describe('the rules between settings', () => {
  it.each(['dnc', 'contact-action', 'data-action'])(
    'refuse strategy "interaction" for %s: its events would share a ledger key across groups',
    (kind) => {
      expect(faultsOf({ dedup: { strategies: { [kind]: 'interaction' } } })).toEqual([
        'stage file "test": 1 fault',
        expect.stringMatching(new RegExp(`^dedup\\.strategies\\.${kind}: .*use "content"`)),
      ]);
    },
  );

  it.each([
    ['contact-action', 'contactId'],
    ['data-action', 'contactId'],
    ['data-action', 'interactionId'],
    ['contact-action', 'actionType'],
    ['dnc', 'metadata'],
    ['interaction-update', 'payload'],
  ])('refuse that %s.%s be transient', (kind, field) => {
    expect(faultsOf({ dedup: { transientFields: { [kind]: [field] } } })[1]).toMatch(`dedup.transientFields.${kind}: `);
  });

  it('refuse kinds that do not exist', () => {
    expect(faultsOf({ dedup: { strategies: { voicemail: 'content' } } })[1]).toMatch(
      /^dedup\.strategies\.?.*voicemail/,
    );
  });

  it('refuse a filter larger than Upstash stores, unless there is none', () => {
    expect(faultsOf({ dedup: { eventsPerDay: 100_000_000 } })[1]).toMatch(/^dedup\.eventsPerDay: .*use at most \d+/);
    expect(faultsOf({ dedup: { eventsPerDay: 100_000_000, filter: 'off' } })).toEqual([]);
  });

  it('refuse events too large for an item of a table', () => {
    expect(faultsOf({ maxEventBytes: 390_000 })).toEqual([]);
    expect(faultsOf({ maxEventBytes: 390_001 })[1]).toMatch(/^maxEventBytes: .*at most 390000/);
  });
});

describe('a stage of the cloud', () => {
  it('needs brokers and a CXone; a local one does not', () => {
    expect(faultsOf({}, 'local')).toEqual([]);
    expect(faultsOf(DEPLOYABLE, 'cloud')).toEqual([]);
    expect(faultsOf({}, 'cloud').slice(1)).toEqual([
      expect.stringMatching(/^kafka\.brokers: must name/),
      expect.stringMatching(/^cxone\.baseUrl: must be the URL/),
    ]);
  });

  it('lets in what it registers at its own door', () => {
    const authentication = { '/cxone/events': { modes: ['bearer'] } };
    expect(faultsOf({ ...DEPLOYABLE, authentication }, 'cloud').slice(1)).toEqual([
      expect.stringMatching(/^authentication\["\/cxone\/events"\]\.modes: must include "url-token"/),
      expect.stringMatching(/^authentication\["\/cxone\/events"\]\.modes: must include "hmac"/),
    ]);
    const webhooks = { eventRegistrations: false, dataActionWebhooks: false };
    expect(faultsOf({ ...DEPLOYABLE, authentication, webhooks }, 'cloud')).toEqual([]);
  });

  it('has a topic, and a place at its door, for what it registers', () => {
    const authentication = { '/cxone/events': { modes: ['none'], kinds: ['dnc'] } };
    const routing = { QUEUE_TRANSFER: 'cxone.transfers.raw' };
    const faulty = { ...DEPLOYABLE, authentication, routing };
    const at = (path: string, what: string, setting: string) =>
      `${path}: must ${what} while webhooks.${setting} is true, or its deliveries are answered 400`;
    const kinds = 'authentication["/cxone/events"].kinds';
    expect(faultsOf(faulty, 'cloud').slice(1)).toEqual([
      at(kinds, 'include "data-action"', 'eventRegistrations'),
      at('routing', 'name a topic for "DATA_ACTION_TRIGGERED"', 'eventRegistrations'),
      at(kinds, 'include "interaction-update"', 'dataActionWebhooks'),
      at('routing', 'name a topic for "data.action.updated"', 'dataActionWebhooks'),
    ]);
    const half = {
      webhooks: { dataActionWebhooks: false },
      routing: { DATA_ACTION_TRIGGERED: 'cxone.data-actions.raw' },
    };
    expect(faultsOf({ ...DEPLOYABLE, ...half }, 'cloud')).toEqual([]);
    const elsewhere = { webhooks: { targetUrl: 'https://events.example.com/cxone' } };
    expect(faultsOf({ ...faulty, ...elsewhere }, 'cloud')).toEqual([]);
    expect(faultsOf({ authentication, routing }, 'local')).toEqual([]);
  });

  it('takes no address to which secrets or events would go in clear', () => {
    const influx = { url: 'http://influx.example.com' };
    const clear = {
      ...DEPLOYABLE,
      kafka: { ...DEPLOYABLE.kafka, tls: false, sasl: 'plain' },
      cxone: { baseUrl: 'http://cxone.example.com', authBaseUrl: 'HTTP://auth.example.com' },
      webhooks: { targetUrl: 'http://events.example.com' },
      telemetry: { counters: true, influx },
      schemaRegistry: { url: 'http://registry.example.com' },
      secrets: { schemaRegistry: 'registry' },
    };
    const paths = faultsOf(clear, 'cloud').slice(1);
    expect(paths.map((fault) => fault.replace(/: must be .*/, ''))).toEqual([
      'cxone.baseUrl',
      'cxone.authBaseUrl',
      'webhooks.targetUrl',
      'telemetry.influx.url',
      'schemaRegistry.url',
      'kafka.tls',
    ]);
    expect(faultsOf(clear, 'local')).toEqual([]);
  });

  it('may ask a registry without credentials by http, and reach a stand-in on the same machine', () => {
    const schemaRegistry = { url: 'http://registry.example.com' };
    expect(faultsOf({ ...DEPLOYABLE, schemaRegistry }, 'cloud')).toEqual([]);
    for (const baseUrl of ['http://127.0.0.1:8080', 'http://localhost', 'http://[::1]:1'])
      expect(faultsOf({ ...DEPLOYABLE, cxone: { baseUrl } }, 'cloud')).toEqual([]);
    for (const baseUrl of ['http://127.0.0.1.example.com', 'http://localhost.example.com', 'http://10.0.0.1'])
      expect(faultsOf({ ...DEPLOYABLE, cxone: { baseUrl } }, 'cloud')).toHaveLength(2);
  });

  it('names its MSK cluster when it signs in by IAM', () => {
    const kafka = { ...DEPLOYABLE.kafka, sasl: 'msk-iam' };
    expect(faultsOf({ ...DEPLOYABLE, kafka }, 'cloud')[1]).toMatch(/^kafka\.mskClusterArn: must name/);
  });

  it('cannot retry so often that SQS would park an event before its 13 days are over', () => {
    expect(faultsOf({ ...DEPLOYABLE, retry: { maxDelaySeconds: 60 } }, 'cloud')[1]).toMatch(/^retry: .*13 days/);
    expect(faultsOf({ retry: { maxDelaySeconds: 2 } }, 'local')).toEqual([]);
  });
});
