import { type RegisteredSchema, type SchemaRegistry, UnusableSchemaError } from './registry.ts';

/** A schema under the name by which another refers to it. */
export interface NamedSchema {
  name: string;
  schema: RegisteredSchema;
}

const MAX_REFERENCES = 64;

/** All schemas that `schema` refers to, directly or not, each once and after what it needs itself. */
export async function loadReferences(
  registry: SchemaRegistry,
  schema: RegisteredSchema,
  deadlineMs: number,
): Promise<NamedSchema[]> {
  const loaded = new Map<string, NamedSchema | undefined>(); // undefined while what it needs is being loaded
  const visit = async ({ references }: RegisteredSchema): Promise<void> => {
    for (const { name, subject, version } of references) {
      const key = JSON.stringify([name, subject, version]);
      if (loaded.has(key)) continue;
      if (loaded.size >= MAX_REFERENCES)
        throw new UnusableSchemaError(`schema ${schema.id} refers to more than ${MAX_REFERENCES} others`);
      loaded.set(key, undefined);
      const referenced = await registry.version(subject, version, deadlineMs);
      await visit(referenced);
      loaded.delete(key); // so that it stands behind its own
      loaded.set(key, { name, schema: referenced });
    }
  };
  await visit(schema);
  return [...loaded.values()].filter((named) => named !== undefined);
}
