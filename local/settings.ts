import { resolve } from 'node:path';
import { isInClear } from '../lib/platform/clear-text.ts';
import type { Environment } from '../lib/platform/environment.ts';
import { ConfigError } from '../lib/platform/errors.ts';

/** A variable of `npm start`: what happens without it, and what it stands for. */
interface LocalVariable {
  unset: string;
  set: string;
}

/** Every variable that `npm start` reads; printed in docs/configuration.md. */
export const LOCAL_VARIABLES = {
  PORT: { unset: '8787', set: 'port to listen on; `0`: any free one' },
  RELAY_DATA_DIR: { unset: '`.local`', set: 'folder for topic logs and logs' },
  RELAY_STAGE_FILE: { unset: '`infra/stages/local.json`', set: 'the stage file' },
  KAFKA_BROKERS: {
    unset: 'topics are files, `$RELAY_DATA_DIR/topics/<topic>.ndjson`',
    set: "Kafka, `host:port` each, with commas between; the stage file's `kafka.brokers` are not used",
  },
  REDIS_URL: { unset: 'a stand-in in the process', set: 'a Redis server, `redis://…`, asked through a REST bridge' },
  UPSTASH_REDIS_REST_URL: { unset: '`REDIS_URL` decides', set: 'Upstash itself, by https; with its token' },
  UPSTASH_REDIS_REST_TOKEN: { unset: '–', set: 'token of `UPSTASH_REDIS_REST_URL`' },
  AWS_ENDPOINT_URL_SQS: { unset: 'an emulator in the process', set: 'SQS there; missing queues are created' },
  AWS_ENDPOINT_URL_DYNAMODB: { unset: 'an emulator in the process', set: 'DynamoDB there; missing tables are created' },
  SCHEMA_REGISTRY_URL: {
    unset: 'nothing is validated',
    set: 'that registry ([schema-registry.md](schema-registry.md))',
  },
  CXONE_BASE_URL: { unset: 'a CXone simulator in the process', set: 'that CXone; with id and secret' },
  CXONE_CLIENT_ID: { unset: '–', set: 'client id, or access key id, at `CXONE_BASE_URL`' },
  CXONE_CLIENT_SECRET: { unset: '–', set: 'its secret' },
  CXONE_WEBHOOK_SECRET: { unset: '`local-webhook-secret`', set: 'the signing secret' },
  PROMETHEUS_TOKEN: { unset: '`local-prometheus-token`', set: 'token of `GET /metrics`' },
  INFLUX_URL: { unset: 'the stage file decides', set: 'points go to that InfluxDB ([telemetry.md](telemetry.md))' },
  INFLUX_TOKEN: { unset: '`local-influx-token`', set: 'its API token' },
  INFLUX_ORG: { unset: '`default`', set: 'its organisation, with `INFLUX_URL`' },
  INFLUX_BUCKET: { unset: '`cxone_metrics`', set: 'its bucket, with `INFLUX_URL`' },
} satisfies Record<string, LocalVariable>;

/** What one starts the local relay with (design §10). `null`: the built-in stand-in. */
export interface LocalSettings {
  /** 0 takes any free port. */
  port: number;
  /** Topic logs, function logs and the synthesised template go here. */
  dataDirectory: string;
  stageFile: string;
  kafkaBrokers: string[] | null;
  /** `redis://…`, put behind a REST bridge. */
  redisUrl: string | null;
  upstash: { url: string; token: string } | null;
  sqsEndpoint: string | null;
  dynamoEndpoint: string | null;
  schemaRegistryUrl: string | null;
  cxone: { baseUrl: string; clientId: string; clientSecret: string } | null;
  webhookSecret: string;
  prometheusToken: string;
  influxToken: string;
  /** null: as in the stage file. */
  influx: { url: string; org: string; bucket: string } | null;
}

const DEFAULT_STAGE_FILE = 'infra/stages/local.json';

/** Reads the settings; empty counts as unset. @throws ConfigError naming the first one that cannot be used. */
export function readLocalSettings(environment: Environment, projectDirectory: string): LocalSettings {
  const value = (name: keyof typeof LOCAL_VARIABLES): string | null => environment[name]?.trim() || null;
  const stageFile = value('RELAY_STAGE_FILE');
  return {
    port: port(value('PORT')),
    dataDirectory: resolve(value('RELAY_DATA_DIR') ?? resolve(projectDirectory, '.local')),
    stageFile: stageFile === null ? resolve(projectDirectory, DEFAULT_STAGE_FILE) : resolve(stageFile),
    kafkaBrokers: brokers(value('KAFKA_BROKERS')),
    redisUrl: url('REDIS_URL', value('REDIS_URL'), /^rediss?:$/),
    upstash: upstash(value('UPSTASH_REDIS_REST_URL'), value('UPSTASH_REDIS_REST_TOKEN')),
    sqsEndpoint: httpUrl('AWS_ENDPOINT_URL_SQS', value('AWS_ENDPOINT_URL_SQS')),
    dynamoEndpoint: httpUrl('AWS_ENDPOINT_URL_DYNAMODB', value('AWS_ENDPOINT_URL_DYNAMODB')),
    schemaRegistryUrl: httpUrl('SCHEMA_REGISTRY_URL', value('SCHEMA_REGISTRY_URL')),
    cxone: cxone(value('CXONE_BASE_URL'), value('CXONE_CLIENT_ID'), value('CXONE_CLIENT_SECRET')),
    webhookSecret: value('CXONE_WEBHOOK_SECRET') ?? 'local-webhook-secret',
    prometheusToken: value('PROMETHEUS_TOKEN') ?? 'local-prometheus-token',
    influxToken: value('INFLUX_TOKEN') ?? 'local-influx-token',
    influx: influx(value('INFLUX_URL'), value('INFLUX_ORG'), value('INFLUX_BUCKET')),
  };
}

function port(text: string | null): number {
  if (text === null) return 8787;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new ConfigError('PORT', `"${text}" is no port; give a number from 0 to 65535`);
  }
  return Number(text);
}

function brokers(text: string | null): string[] | null {
  if (text === null) return null;
  const list = text.split(',').map((broker) => broker.trim());
  const wrong = list.find((broker) => !/^[^\s:]+:\d+$/.test(broker));
  if (wrong !== undefined) throw new ConfigError('KAFKA_BROKERS', `"${wrong}" must be host:port; separate with commas`);
  return list;
}

function url(name: string, text: string | null, protocol: RegExp): string | null {
  if (text === null) return null;
  if (!URL.canParse(text) || !protocol.test(new URL(text).protocol)) {
    throw new ConfigError(name, `"${text}" is not a URL of the form ${protocol.source.replace(/[\^$?\\]/g, '')}//host`);
  }
  return text.replace(/\/$/, '');
}

const httpUrl = (name: string, text: string | null) => url(name, text, /^https?:$/);

function upstash(restUrl: string | null, token: string | null): LocalSettings['upstash'] {
  const checked = httpUrl('UPSTASH_REDIS_REST_URL', restUrl);
  if (checked === null) return null;
  if (isInClear(checked))
    throw new ConfigError(
      'UPSTASH_REDIS_REST_URL',
      `"${checked}" must be https; a Redis of your own goes into REDIS_URL`,
    );
  if (token === null) throw new ConfigError('UPSTASH_REDIS_REST_TOKEN', 'is needed with UPSTASH_REDIS_REST_URL');
  return { url: checked, token };
}

function influx(url: string | null, org: string | null, bucket: string | null): LocalSettings['influx'] {
  const checked = httpUrl('INFLUX_URL', url);
  return checked === null ? null : { url: checked, org: org ?? 'default', bucket: bucket ?? 'cxone_metrics' };
}

function cxone(baseUrl: string | null, clientId: string | null, clientSecret: string | null): LocalSettings['cxone'] {
  const checked = httpUrl('CXONE_BASE_URL', baseUrl);
  if (checked === null) return null;
  if (clientId === null || clientSecret === null) {
    throw new ConfigError('CXONE_CLIENT_ID, CXONE_CLIENT_SECRET', 'are needed with CXONE_BASE_URL');
  }
  return { baseUrl: checked, clientId, clientSecret };
}
