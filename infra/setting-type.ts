/** What is used of a JSON Schema that zod has made. */
export interface SettingSchema {
  type?: string;
  format?: string;
  enum?: readonly string[];
  anyOf?: readonly SettingSchema[];
  items?: SettingSchema;
  properties?: Readonly<Record<string, SettingSchema>>;
  additionalProperties?: boolean | SettingSchema;
  propertyNames?: SettingSchema;
  required?: readonly string[];
  default?: object;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  exclusiveMaximum?: number;
}

/** Type, bounds and choices of a setting, in words: "integer, 1 to 336", "list of text", "URL or null". */
export function settingType(schema: SettingSchema): string {
  if (schema.anyOf) return schema.anyOf.map(settingType).join(' or ');
  if (schema.enum) return schema.enum.map((choice) => `\`${choice}\``).join(', ');
  switch (schema.type) {
    case 'array':
      return `list of ${schema.items?.properties ? 'objects' : settingType(schema.items ?? {})}`;
    case 'object':
      return schema.properties ? 'object' : tableType(schema);
    case 'integer':
    case 'number':
      return `${schema.type}${range(schema)}`;
    case 'string':
      return ({ uri: 'URL', starts_with: 'path' } as Record<string, string>)[schema.format ?? ''] ?? 'text';
    case 'boolean':
      return '`true`, `false`';
    default:
      return schema.type ?? 'anything';
  }
}

function tableType({ propertyNames, additionalProperties }: SettingSchema): string {
  const value = typeof additionalProperties === 'object' ? settingType(additionalProperties) : 'anything';
  return `table, ${settingType(propertyNames ?? {})} → ${value}`;
}

function range({ type, minimum, exclusiveMinimum, maximum, exclusiveMaximum }: SettingSchema): string {
  const least = type === 'integer' && exclusiveMinimum !== undefined ? exclusiveMinimum + 1 : minimum;
  const most = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (least !== undefined && most !== undefined) return `, ${grouped(least)} to ${grouped(most)}`;
  if (least !== undefined) return `, ${grouped(least)} or more`;
  if (exclusiveMinimum !== undefined && exclusiveMaximum !== undefined)
    return `, above ${exclusiveMinimum} and below ${exclusiveMaximum}`;
  throw new Error(`a bound that is not described: ${JSON.stringify({ minimum, exclusiveMinimum, maximum })}`);
}

const grouped = (value: number): string => value.toLocaleString('en-US');
