import { randomUUID } from 'node:crypto';
import { createDynamoAuditStore } from '../audit/dynamo-store.ts';
import { parseAuditKeys } from '../audit/record.ts';
import { createAuditTrail } from '../audit/trail.ts';
import { createCxoneClient } from '../cxone/client.ts';
import type { CxoneClient } from '../cxone/types.ts';
import type { AuditTrail } from '../platform/audit-port.ts';
import { acquireLease } from '../platform/lease.ts';
import { type CxoneCaller, type CxoneCallerSettings, createCxoneCaller } from './cxone-caller.ts';

export interface CxoneWriterSettings extends CxoneCallerSettings {
  environment: CxoneCallerSettings['environment'] & {
    AUDIT_SECRET_NAME: string;
    AUDIT_TABLE: string;
    CONTROL_TABLE: string;
  };
  /** Its own of the audit trail: writers never wait for each other. */
  stream: string;
}

/** What each function is made of that changes something in CXone: one of its kind at a time, and all of it audited. */
export interface CxoneWriter extends CxoneCaller {
  client: CxoneClient;
  audit: AuditTrail;
  /** The function's lease, named after it. */
  acquireLease(durationMs: number): ReturnType<typeof acquireLease>;
}

/** For composition roots. */
export function createCxoneWriter(settings: CxoneWriterSettings): CxoneWriter {
  const { service, environment, stream } = settings;
  const { AUDIT_SECRET_NAME, AUDIT_TABLE, CONTROL_TABLE } = environment;
  const caller = createCxoneCaller(settings);
  const { dynamo, clock, log } = caller;
  const auditKeys = caller.secretOf(AUDIT_SECRET_NAME, parseAuditKeys);
  return {
    ...caller,
    client: createCxoneClient(caller.cxone),
    audit: createAuditTrail({
      store: createDynamoAuditStore({ dynamo, auditTable: AUDIT_TABLE, controlTable: CONTROL_TABLE }),
      stream,
      keys: () => auditKeys.get(),
      refetchKeys: () => auditKeys.refetch(),
      clock,
      log,
    }),
    acquireLease: (durationMs) =>
      acquireLease({ dynamo, table: CONTROL_TABLE, name: service, owner: randomUUID(), durationMs, clock }),
  };
}
