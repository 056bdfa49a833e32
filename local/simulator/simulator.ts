import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Delivery, DeliveryTarget } from './deliver.ts';
import type { Fault, FaultBoard } from './faults.ts';
import type { LoggedRequest } from './request-log.ts';
import type { SimulatorState } from './state.ts';

/** A CXone of one's own: the contract's endpoints with state, limits and faults on request, in this process. */
export interface CxoneSimulator {
  /** Mount it on a server; `/_sim/…` is the operator's side, all else is CXone. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  readonly state: SimulatorState;
  readonly faults: FaultBoard;
  requests(): LoggedRequest[];
  addFault(fault: Fault): void;
  /** Every token so far answers 401 from now on; how many there were. */
  revokeTokens(): number;
  /** POSTs an event as CXone would, to what was registered for it, or to `target`; one answer each. */
  deliver(event: unknown, target?: DeliveryTarget): Promise<Delivery[]>;
  /** Everything back to the beginning; options stay. */
  reset(): void;
}
