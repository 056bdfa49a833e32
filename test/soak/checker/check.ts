import { checkDeliveries } from './deliveries.ts';
import { checkDnc } from './dnc.ts';
import type { Breach, Evidence, Verdict } from './evidence.ts';
import { checkInteractions } from './interactions.ts';
import { checkOrder } from './order.ts';

/** Holds what was accepted against what arrived. Pure: the same evidence gives the same verdict. */
export function check(evidence: Evidence): Verdict {
  const { sent, arrivals, violations, unsettled, auditChain } = evidence;
  const deliveries = checkDeliveries(evidence);
  const breaches: Breach[] = [
    ...deliveries.breaches,
    ...checkOrder(sent, arrivals),
    ...checkDnc(sent, evidence.dnc),
    ...checkInteractions(sent, evidence.interactions),
    ...violations.map((what): Breach => ({ kind: 'contract', what, events: [] })),
  ];
  if (auditChain !== 'intact') breaches.push({ kind: 'audit chain', what: 'the chain is broken', events: [] });
  if (unsettled !== null) breaches.push({ kind: 'not settled', what: unsettled, events: [] });
  return {
    accepted: sent.filter(({ acceptedAtMs }) => acceptedAtMs !== null).length,
    arrived: arrivals.length,
    breaches,
    explained: deliveries.explained,
  };
}
