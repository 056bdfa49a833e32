import { type Answer, answer, type Call, isObject, type Route, refuse, violate } from './api.ts';
import type { SimulatorState } from './state.ts';

const MAX_RECORDS = 100;
/** In words of its own: CXone does not publish its. */
const ALREADY_LISTED = 'Phone number already exists in the group';
const NOT_LISTED = 'Phone number not found in the group';
const PATH = /\/dnc-groups\/(?<groupId>[^/]+)\/records$/;

/** The documented Admin API's Do-Not-Call (contract §9): 200 always, with a result for each record in the request's order. */
export const dncGroupRoutes: Route[] = [
  { method: 'POST', path: PATH, scope: 'outbound:dnc:write', handle: addRecords },
  { method: 'DELETE', path: PATH, scope: 'outbound:dnc:write', handle: expireRecords },
];

function addRecords(call: Call, state: SimulatorState): Answer {
  const results = workRecords(call, state, false);
  return Array.isArray(results) ? answer(200, { resultSet: summary(results) }) : results;
}

function expireRecords(call: Call, state: SimulatorState): Answer {
  const results = workRecords(call, state, true);
  return Array.isArray(results) ? answer(200, summary(results)) : results;
}

interface RecordResult {
  success: boolean;
  error: string;
  formattedPhone: string;
}

const summary = (recordResults: RecordResult[]) => ({
  errorCount: recordResults.filter(({ success }) => !success).length,
  recordResults,
});

function workRecords(call: Call, state: SimulatorState, expire: boolean): RecordResult[] | Answer {
  const records = isObject(call.body) ? call.body.dncGroupRecords : undefined;
  if (!Array.isArray(records) || records.length === 0)
    return refuse(400, 'dncGroupRecords: must be a list of 1 to 100');
  if (records.length > MAX_RECORDS) {
    violate(state, call, 'batch-size', `${records.length} records in one request`);
    return refuse(400, `dncGroupRecords: ${records.length} are more than ${MAX_RECORDS}`);
  }
  const groupId = call.params.groupId ?? '';
  const group = state.dncGroups.get(groupId) ?? new Map();
  state.dncGroups.set(groupId, group);
  return records.map((record) => {
    const { phoneNumber, expiredDate } = isObject(record) ? record : {};
    const digits = typeof phoneNumber === 'number' ? String(phoneNumber) : phoneNumber;
    if (typeof digits !== 'string' || !/^[1-9]\d{4,14}$/.test(digits))
      return { success: false, error: 'phoneNumber must be digits', formattedPhone: String(digits ?? '') };
    const refusal = state.behaviours.get(`+${digits}`)?.refuse;
    if (refusal) return { success: false, error: refusal.message, formattedPhone: digits };
    const isListed = group.get(digits)?.expired === false;
    if (state.options.refuseUnchangedDncRecords && isListed !== expire)
      return { success: false, error: isListed ? ALREADY_LISTED : NOT_LISTED, formattedPhone: digits };
    const expiry = typeof expiredDate === 'string' ? expiredDate : null;
    group.set(digits, { expired: expire, expiredDate: expiry, updatedAtMs: call.nowMs });
    return { success: true, error: '', formattedPhone: digits };
  });
}
