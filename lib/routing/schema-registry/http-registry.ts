import * as z from 'zod/mini';
import {
  type RegisteredSchema,
  RegistryRefusalError,
  RegistryUnavailableError,
  type SchemaRegistry,
  SchemaViolationError,
} from './registry.ts';
import {
  type RegistryAnswer,
  type RegistryConnection,
  type RegistryRequest,
  registryRequest,
} from './registry-request.ts';

const schemaAnswer = z.object({
  id: z.optional(z.int().check(z.nonnegative(), z.maximum(0xffff_ffff))), // the wire format has four bytes for it
  schemaType: z._default(z.string(), 'AVRO'),
  schema: z.string(),
  references: z._default(
    z.nullable(z.array(z.object({ name: z.string(), subject: z.string(), version: z.int() }))),
    null,
  ),
});

const refusalAnswer = z.object({ error_code: z.int() });

/** What `validate` answers for a body that does not fit; any other refusal is about the request. */
const REFUSES_BODY = new Set([400, 409, 422]);

/** A registry that speaks Confluent's API over HTTP: Confluent's own, Apicurio's ccompat, Karapace. */
export function createHttpRegistry(connection: RegistryConnection): SchemaRegistry {
  const request = (of: RegistryRequest, deadlineMs: number) => registryRequest(connection, of, deadlineMs);
  const schemaAt = async (path: string, deadlineMs: number, knownId?: number): Promise<RegisteredSchema> => {
    const answer = await request({ method: 'GET', path }, deadlineMs);
    return readSchema(`GET ${path}`, answer, knownId);
  };
  const subjectPath = (subject: string) => `/subjects/${encodeURIComponent(subject)}`;
  return {
    latest: (subject, deadlineMs) => schemaAt(`${subjectPath(subject)}/versions/latest`, deadlineMs),
    version: (subject, version, deadlineMs) => schemaAt(`${subjectPath(subject)}/versions/${version}`, deadlineMs),
    byId: (id, deadlineMs) => schemaAt(`/schemas/ids/${id}`, deadlineMs, id),
    async validate(subject, body, deadlineMs) {
      const path = `${subjectPath(subject)}/validate`;
      const answer = await request({ method: 'POST', path, body }, deadlineMs);
      if (answer.status === 200) return;
      const refusal = refusalOf(`POST ${path}`, answer);
      if (!REFUSES_BODY.has(answer.status)) throw refusal;
      // its own message may quote the body, which must not reach a log
      const message = `refused by the schema registry's subject ${subject}${codeText(answer)}`;
      throw new SchemaViolationError("the body does not fit its topic's schema", [{ path: '', message }]);
    },
  };
}

function readSchema(what: string, answer: RegistryAnswer, knownId: number | undefined): RegisteredSchema {
  if (answer.status !== 200) throw refusalOf(what, answer);
  const result = schemaAnswer.safeParse(answer.json);
  const id = result.success ? (knownId ?? result.data.id) : undefined;
  if (!result.success || id === undefined)
    throw new RegistryUnavailableError(`${what}: answered 200 with something that is no schema`); // a proxy's page, say
  const { schema, schemaType, references } = result.data;
  return { id, type: schemaType, text: schema, references: references ?? [] };
}

function refusalOf(what: string, answer: RegistryAnswer): RegistryRefusalError {
  const { status } = answer;
  return new RegistryRefusalError(
    status,
    `${what}: the schema registry answered ${status}${codeText(answer)}${HINTS[status] ?? ''}`,
  );
}

const HINTS: Partial<Record<number, string>> = {
  401: '; check the secret named by secrets.schemaRegistry',
  403: '; the secret named by secrets.schemaRegistry lacks the right to read this subject',
  404: '; check schemaRegistry.url and schemaRegistry.subjects, or register the schema',
};

/** Confluent's five-digit code, such as 40401 for an unknown subject. */
function codeText({ json }: RegistryAnswer): string {
  const result = refusalAnswer.safeParse(json);
  return result.success ? ` (code ${result.data.error_code})` : '';
}
