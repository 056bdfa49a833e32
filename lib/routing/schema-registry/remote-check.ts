import type { SchemaRegistry } from './registry.ts';
import { type SchemaCheck, type Subjects, subjectOf } from './schema-check.ts';

/** Mode `remote`, the source's own form: the registry is asked for each event, so without it no event is taken. */
export function createRemoteCheck({
  registry,
  subjects,
}: {
  registry: SchemaRegistry;
  subjects: Subjects;
}): SchemaCheck {
  return {
    async check(topic, body, deadlineMs) {
      const subject = subjectOf(subjects, topic);
      if (subject !== undefined) await registry.validate(subject, body, deadlineMs);
      return {};
    },
    async settled() {},
  };
}
