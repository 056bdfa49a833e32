import '../platform/validation-messages.ts';
import { EVENT_KINDS } from '../events/kinds.ts';
import { ConfigError, type FieldError } from '../platform/errors.ts';
import { cloudErrors } from './cloud-rules.ts';
import { dependsOnFaulty, settingFaults, withoutFaulty } from './faults.ts';
import { crossFieldErrors } from './rules.ts';
import { type StageFile, stageSchema, WEBHOOK_ROUTES } from './schema.ts';
import type { Stage } from './stage.ts';

const DEFAULT_STRATEGIES = {
  dnc: 'content',
  'contact-action': 'content',
  'data-action': 'content',
  'interaction-update': 'interaction',
} as const;
const DEFAULT_TRANSIENT = {
  dnc: [],
  'contact-action': ['retryCount', 'processedAt', 'webhookId'],
  'data-action': ['timestamp', 'retryCount', 'processedAt', 'webhookId'],
  'interaction-update': [],
};
const STAGE_NAME = /^[a-z][a-z0-9-]{0,19}$/;

export const isStageName = (text: string): boolean => STAGE_NAME.test(text);

/** Where a stage runs: `cloud` needs brokers and a CXone that the local relay brings along itself. */
export type StageTarget = 'cloud' | 'local';

/**
 * Validates a stage file's JSON and fills in every default.
 * @throws ConfigError listing all faults at once, each with path and reason (design §11).
 */
export function parseStage(name: string, json: unknown, target: StageTarget = 'local'): Stage {
  if (!STAGE_NAME.test(name)) throw new ConfigError('stage', `"${name}" must be 1 to 20 of a-z 0-9 -, a letter first`);
  const result = stageSchema.safeParse(json);
  const schemaFaults = result.success ? [] : result.error.issues.flatMap(settingFaults);
  const readable = result.success ? result : stageSchema.safeParse(withoutFaulty(json, schemaFaults));
  if (!readable.success) throw stageFault(name, schemaFaults);
  const stage = completed(name, readable.data);
  const ruleFaults = [...crossFieldErrors(stage), ...(target === 'cloud' ? cloudErrors(stage) : [])];
  const faults = [...schemaFaults, ...ruleFaults.filter((fault) => !dependsOnFaulty(fault, schemaFaults))];
  if (faults.length > 0) throw stageFault(name, faults);
  return stage;
}

function completed(name: string, file: StageFile): Stage {
  return {
    ...file,
    name,
    authentication: tableOf(
      WEBHOOK_ROUTES,
      (route) => file.authentication[route] ?? { modes: ['hmac', 'url-token'], kinds: null },
    ),
    dedup: {
      ...file.dedup,
      strategies: tableOf(EVENT_KINDS, (kind) => file.dedup.strategies[kind] ?? DEFAULT_STRATEGIES[kind]),
      transientFields: tableOf(EVENT_KINDS, (kind) => file.dedup.transientFields[kind] ?? DEFAULT_TRANSIENT[kind]),
    },
    secrets: {
      webhook: file.secrets.webhook ?? `cxone-relay/${name}/webhook`,
      upstash: file.secrets.upstash ?? `cxone-relay/${name}/upstash`,
      kafka: file.secrets.kafka ?? `cxone-relay/${name}/kafka`,
      cxone: file.secrets.cxone ?? `cxone-relay/${name}/cxone`,
      audit: file.secrets.audit ?? `cxone-relay/${name}/audit`,
      prometheus: file.secrets.prometheus ?? `cxone-relay/${name}/prometheus`,
      influx: file.secrets.influx ?? `cxone-relay/${name}/influx`,
      schemaRegistry: file.secrets.schemaRegistry,
    },
  };
}

function stageFault(name: string, faults: FieldError[]): ConfigError {
  const lines = faults.map(({ path, message }) => `  ${path || '(file)'}: ${message}`);
  return new ConfigError(
    `stage file "${name}"`,
    `${faults.length} fault${faults.length === 1 ? '' : 's'}\n${lines.join('\n')}`,
  );
}

function tableOf<K extends string, V>(keys: readonly K[], value: (key: K) => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<K, V>;
}
