import '../platform/validation-messages.ts';
import { EVENT_KINDS } from '../events/kinds.ts';
import { ConfigError, type FieldError } from '../platform/errors.ts';
import { crossFieldErrors } from './rules.ts';
import { stageSchema, WEBHOOK_ROUTES } from './schema.ts';
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

/**
 * Validates a stage file's JSON and fills in every default.
 * @throws ConfigError listing all faults at once, each with path and reason (design §11).
 */
export function parseStage(name: string, json: unknown): Stage {
  if (!STAGE_NAME.test(name)) throw new ConfigError('stage', `"${name}" must be 1 to 20 of a-z 0-9 -, a letter first`);
  const result = stageSchema.safeParse(json);
  if (!result.success) throw stageFault(name, result.error.issues.flatMap(fieldErrors));
  const file = result.data;
  const stage: Stage = {
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
    },
  };
  const faults = crossFieldErrors(stage);
  if (faults.length > 0) throw stageFault(name, faults);
  return stage;
}

function stageFault(name: string, faults: FieldError[]): ConfigError {
  const lines = faults.map(({ path, message }) => `  ${path || '(file)'}: ${message}`);
  return new ConfigError(
    `stage file "${name}"`,
    `${faults.length} fault${faults.length === 1 ? '' : 's'}\n${lines.join('\n')}`,
  );
}

interface Issue {
  code: string;
  path: PropertyKey[];
  message: string;
  keys?: string[];
}

function fieldErrors(issue: Issue): FieldError[] {
  const path = issue.path.map(String).join('.');
  if (issue.code !== 'unrecognized_keys' || !issue.keys) return [{ path, message: issue.message }];
  return issue.keys.map((key) => ({ path: path === '' ? key : `${path}.${key}`, message: 'no such setting' }));
}

function tableOf<K extends string, V>(keys: readonly K[], value: (key: K) => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<K, V>;
}
