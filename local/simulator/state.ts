import * as z from 'zod/mini';
import type { SimulatorOptions } from './options.ts';
import { seededRandom } from './random.ts';

export interface IssuedToken {
  value: string;
  style: string;
  scopes: string[] | null;
  issuedAtMs: number;
  expiresAtMs: number;
  revoked: boolean;
}

/** An outbound contact as CXone keeps it (contract §6). */
export interface Contact {
  phoneNumber: string;
  recordId: string;
  doNotCall: boolean;
  optOutDate: string | null;
  customListIds: string[];
  updates: number;
  updatedAtMs: number;
}

/**
 * What CXone does with one number, as a test or an operator sets it. `refuse`: with this status and message; in dnc-groups a
 * record with `success: false`. `conflict`: 409 until it is repeated as contract §6 says; `with-id` names an `existingRecordId`.
 */
export const behaviourSchema = z.strictObject({
  refuse: z.optional(z.strictObject({ status: z.union([z.literal(400), z.literal(422)]), message: z.string() })),
  conflict: z.optional(z.enum(['with-id', 'without-id'])),
});
export type ContactBehaviour = z.output<typeof behaviourSchema>;

export interface Registration {
  id: string;
  name: string;
  url: string;
  eventTypes: string[];
  createdDate: string;
  /** Signs deliveries; data-action webhooks only. */
  secret: string | null;
}

export interface Subscription {
  id: string;
  name: string;
  state: string;
  createdDate: string;
  /** The rest as CXone keeps it, with what the server filled in. */
  fields: Record<string, unknown>;
  pollsLeft: number;
  lastDeliveryError: string | null;
}

/** A rule of the contract that a request broke; tests expect none. */
export interface Violation {
  rule: string;
  detail: string;
  seq: number;
}

export interface SimulatorState {
  options: SimulatorOptions;
  tokens: Map<string, IssuedToken>;
  contacts: Map<string, Contact>;
  behaviours: Map<string, ContactBehaviour>;
  /** Group id → digits of the number → on the list until it expires. */
  dncGroups: Map<string, Map<string, { expired: boolean; expiredDate: string | null; updatedAtMs: number }>>;
  eventRegistrations: Map<string, Registration>;
  webhooks: Map<string, Registration>;
  subscriptions: Map<string, Subscription>;
  /** Idempotency-Key → the operation and its answer. */
  idempotent: Map<string, { operation: string; status: number; body: unknown }>;
  violations: Violation[];
  random: () => number;
  nextId: (kind: string) => string;
}

export function createState(options: SimulatorOptions): SimulatorState {
  let lastId = 0;
  return {
    options,
    tokens: new Map(),
    contacts: new Map(),
    behaviours: new Map(),
    dncGroups: new Map(),
    eventRegistrations: new Map(),
    webhooks: new Map(),
    subscriptions: new Map(),
    idempotent: new Map(),
    violations: [],
    random: seededRandom(options.seed),
    nextId: (kind) => {
      lastId += 1;
      return `${kind}-${lastId}`;
    },
  };
}
