import { describe, expect, it } from '@jest/globals';
import { readLocalSettings } from '../../../local/settings.ts';

const read = (environment: Record<string, string>) => readLocalSettings(environment, '/project');

describe('the settings of npm start', () => {
  it('need nothing to be set', () => {
    expect(read({})).toEqual({
      port: 8787,
      dataDirectory: '/project/.local',
      stageFile: '/project/infra/stages/local.json',
      kafkaBrokers: null,
      redisUrl: null,
      upstash: null,
      sqsEndpoint: null,
      dynamoEndpoint: null,
      schemaRegistryUrl: null,
      cxone: null,
      webhookSecret: 'local-webhook-secret',
      prometheusToken: 'local-prometheus-token',
      influxToken: 'local-influx-token',
      influx: null,
    });
  });

  it('are all read', () => {
    const settings = read({
      PORT: '0',
      RELAY_DATA_DIR: '/data',
      RELAY_STAGE_FILE: '/stages/mine.json',
      KAFKA_BROKERS: 'one:9092, two:9092',
      REDIS_URL: 'redis://127.0.0.1:6379',
      UPSTASH_REDIS_REST_URL: 'https://redis.example.com/',
      UPSTASH_REDIS_REST_TOKEN: 'token',
      AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1',
      AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:2',
      SCHEMA_REGISTRY_URL: 'http://127.0.0.1:3',
      CXONE_BASE_URL: 'https://cxone.example.com',
      CXONE_CLIENT_ID: 'id',
      CXONE_CLIENT_SECRET: 'secret',
      CXONE_WEBHOOK_SECRET: 'signing',
      PROMETHEUS_TOKEN: 'scrape',
      INFLUX_URL: 'http://127.0.0.1:5/',
      INFLUX_TOKEN: 'write',
      INFLUX_BUCKET: 'mine',
    });
    expect(settings).toEqual({
      port: 0,
      dataDirectory: '/data',
      stageFile: '/stages/mine.json',
      kafkaBrokers: ['one:9092', 'two:9092'],
      redisUrl: 'redis://127.0.0.1:6379',
      upstash: { url: 'https://redis.example.com', token: 'token' },
      sqsEndpoint: 'http://127.0.0.1:1',
      dynamoEndpoint: 'http://127.0.0.1:2',
      schemaRegistryUrl: 'http://127.0.0.1:3',
      cxone: { baseUrl: 'https://cxone.example.com', clientId: 'id', clientSecret: 'secret' },
      webhookSecret: 'signing',
      prometheusToken: 'scrape',
      influxToken: 'write',
      influx: { url: 'http://127.0.0.1:5', org: 'default', bucket: 'mine' },
    });
  });

  it.each([
    ['PORT', { PORT: '99999' }],
    ['PORT', { PORT: 'http' }],
    ['KAFKA_BROKERS', { KAFKA_BROKERS: 'one:9092,two' }],
    ['REDIS_URL', { REDIS_URL: 'http://127.0.0.1' }],
    ['UPSTASH_REDIS_REST_TOKEN', { UPSTASH_REDIS_REST_URL: 'https://redis.example.com' }],
    ['UPSTASH_REDIS_REST_URL', { UPSTASH_REDIS_REST_URL: 'http://redis.example.com', UPSTASH_REDIS_REST_TOKEN: 't' }],
    ['AWS_ENDPOINT_URL_SQS', { AWS_ENDPOINT_URL_SQS: 'nowhere' }],
    ['CXONE_CLIENT_ID', { CXONE_BASE_URL: 'https://cxone.example.com' }],
  ])('refuse a wrong %s by its name', (name, environment) => {
    expect(() => read(environment)).toThrow(new RegExp(`^${name}`));
  });
});
