/** Whether an event may go to its topic, by the schema of the topic's subject (contract §3). */
export interface SchemaCheck {
  /**
   * Resolves when the body fits, or its topic has no subject. `avroSchemaId`: the value is to be written by that Avro schema.
   * Rejects with SchemaViolationError when the schema refuses it; with UnavailableError when a schema is needed, none is
   * cached and the registry gave none by `deadlineMs` (epoch).
   * @param body known to be UTF-8 and JSON
   */
  check(topic: string, body: Uint8Array, deadlineMs: number): Promise<{ avroSchemaId?: number }>;
  /** Gives a refresh that is under way `ms` to end: when the function has answered, Lambda freezes it. */
  settled(ms: number): Promise<void>;
}

/** Topic → subject: the stage file's `schemaRegistry.subjects`. A topic without one is not validated. */
export type Subjects = Readonly<Record<string, string>>;

export function subjectOf(subjects: Subjects, topic: string): string | undefined {
  return Object.hasOwn(subjects, topic) ? subjects[topic] : undefined;
}
