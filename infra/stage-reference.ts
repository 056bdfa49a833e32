import * as z from 'zod/mini';
import { parseStage } from '../lib/stage/parse.ts';
import { SETTING_MEANINGS } from '../lib/stage/reference/meanings.ts';
import { SECRET_SHAPES } from '../lib/stage/reference/secret-shapes.ts';
import { stageSchema } from '../lib/stage/schema.ts';
import { type SettingSchema, settingType } from './setting-type.ts';

interface Setting {
  path: string;
  schema: SettingSchema;
  /** Undefined: there is none. */
  fallback: unknown;
  required: boolean;
}

/** Longer ones are printed below the table. */
const LONGEST_DEFAULT_IN_TABLE = 72;
/** Stands for any stage's name in default names. */
const STAGE_NAME = 'any-stage';

/** The stage file's settings as Markdown: those at the top, then a section for each that holds others. */
export function stageReference(): string {
  const settings = fieldsOf(
    '',
    z.toJSONSchema(stageSchema, { io: 'input' }) as SettingSchema,
    parseStage(STAGE_NAME, {}),
  );
  const parts = settings.map((setting) => ({ setting, below: settingsBelow(setting) }));
  const single = parts.filter(({ below }) => below.length === 0).map(({ setting }) => setting);
  const sections = parts.filter(({ below }) => below.length > 0);
  return [
    `### At the top\n\n${tableOf(single)}`,
    ...sections.map(({ setting, below }) => `### ${setting.path}\n\n${introductionOf(setting)}\n\n${tableOf(below)}`),
  ].join('\n');
}

/** The secrets' names and JSON as Markdown. */
export function secretsReference(): string {
  const { secrets } = parseStage(STAGE_NAME, {});
  const rows = Object.entries(SECRET_SHAPES).map(([key, { json, optional, meaning }]) => {
    const name = secrets[key as keyof typeof secrets];
    const others = optional.length === 0 ? '' : ` Optional: ${optional.map(code).join(', ')}.`;
    return `| \`secrets.${key}\` | ${name === null ? '–' : code(name.replaceAll(STAGE_NAME, '<stage>'))} | ${jsonCode(json)} | ${meaning}${others} |`;
  });
  return `| setting | default name | JSON | |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}

/** All settings below one, at any depth: fields of an object, of a list's elements, of a table's values. */
function settingsBelow({ path, schema, fallback }: Setting): Setting[] {
  const { anyOf, items, additionalProperties, properties } = schema;
  const element = { fallback: undefined, required: false };
  if (anyOf?.[0]) return settingsBelow({ path, schema: anyOf[0], ...element });
  if (items) return settingsBelow({ path: `${path}[]`, schema: items, ...element });
  if (typeof additionalProperties === 'object')
    return settingsBelow({ path: `${path}.*`, schema: additionalProperties, ...element });
  if (properties === undefined) return [];
  return fieldsOf(`${path}.`, schema, fallback).flatMap((setting) => [setting, ...settingsBelow(setting)]);
}

/** @param effective what the object is when the stage file is empty, where that is known */
function fieldsOf(prefix: string, { properties = {}, required = [] }: SettingSchema, effective: unknown): Setting[] {
  const known = typeof effective === 'object' && effective !== null ? effective : {};
  return Object.entries(properties).map(([key, schema]) => ({
    path: prefix + key,
    schema,
    fallback: Reflect.get(known, key) ?? schema.default,
    required: required.includes(key),
  }));
}

function introductionOf({ path, schema, fallback }: Setting): string {
  const shown = schema.properties === undefined && isShort(fallback) ? ` Default: ${jsonCode(fallback)}.` : '';
  return meaningOf(path) + shown;
}

function tableOf(settings: readonly Setting[]): string {
  const rows = settings.map(
    (setting) =>
      `| \`${setting.path}\` | ${settingType(setting.schema)} | ${defaultCell(setting)} | ${meaningOf(setting.path)} |`,
  );
  const long = settings.filter((setting) => defaultCell(setting) === BELOW);
  const blocks = long.map(
    ({ path, fallback }) => `\nDefault of \`${path}\`:\n\n\`\`\`json\n${JSON.stringify(fallback, null, 2)}\n\`\`\`\n`,
  );
  return `| setting | type | default | meaning |\n|---|---|---|---|\n${rows.join('\n')}\n${blocks.join('')}`;
}

const BELOW = 'below';

function defaultCell({ schema, fallback, required }: Setting): string {
  if (required) return 'required';
  if (fallback === undefined) return 'none';
  if (schema.properties && Object.keys(schema.default ?? {}).length === 0) return ''; // its fields have their own
  return isShort(fallback) ? jsonCode(fallback) : BELOW;
}

const isShort = (value: unknown): boolean => JSON.stringify(value).length <= LONGEST_DEFAULT_IN_TABLE;

function meaningOf(path: string): string {
  const meaning = Reflect.get(SETTING_MEANINGS, path);
  if (typeof meaning !== 'string') throw new Error(`lib/stage/reference has no meaning for ${path}`);
  return meaning;
}

const code = (text: string): string => `\`${text}\``;

const jsonCode = (value: unknown): string =>
  code(
    JSON.stringify(value, null, 1)
      .replace(/\n */g, ' ')
      .replace(/([[{]) | ([\]}])/g, '$1$2')
      .replaceAll(STAGE_NAME, '<stage>'),
  );
