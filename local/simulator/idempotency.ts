import { type Answer, type Call, refuse, violate } from './api.ts';
import type { SimulatorState } from './state.ts';

/**
 * Contract §7: a write with a key seen before is not executed again, its old answer is replayed; the same key with another
 * operation is refused. Refused writes are not remembered: they may be repeated.
 */
export function once(call: Call, state: SimulatorState, work: () => Answer): Answer {
  const key = call.headers['idempotency-key'];
  if (call.headers['x-genesys-client-name'] !== 'cxone-relay')
    violate(state, call, 'client-name', 'X-Genesys-Client-Name: cxone-relay is missing');
  if (typeof key !== 'string' || !/^[0-9a-f]{64}$/.test(key)) {
    violate(state, call, 'idempotency-key', 'Idempotency-Key must be SHA-256 in hex');
    return refuse(400, 'Idempotency-Key is missing or not SHA-256 in hex');
  }
  const operation = `${call.method} ${call.path} ${call.rawBody}`;
  const known = state.idempotent.get(key);
  if (known !== undefined && known.operation !== operation)
    return refuse(422, 'this Idempotency-Key was used for another operation');
  if (known !== undefined) return { ...known, headers: { 'idempotent-replayed': 'true' } };
  const answer = work();
  if (answer.status < 300) state.idempotent.set(key, { operation, status: answer.status, body: answer.body });
  return answer;
}
