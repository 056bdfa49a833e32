import { admissionOf } from '../../../functions/webhook-receiver/admission.ts';
import { createHandler } from '../../../functions/webhook-receiver/handler.ts';
import type { QueuedEvent } from '../../../lib/events/event-queue.ts';
import { UnavailableError } from '../../../lib/platform/errors.ts';
import { createMetrics } from '../../../lib/platform/metrics.ts';
import type { Stage } from '../../../lib/stage/stage.ts';
import { gatewayEvent, type Request } from '../../integration/webhook-receiver/support/gateway-event.ts';
import { fixedSecret } from '../../integration/webhook-receiver/support/receiver.ts';
import type { FakeClock } from '../clock.ts';
import { infoLog } from '../log.ts';
import type { Faults } from './faults.ts';

/** The receiver as it is deployed, but for its composition root; what it queues goes to `take`. */
export function watchedDoor(stage: Stage, clock: FakeClock, faults: Faults, take: (event: QueuedEvent) => void) {
  const handler = createHandler({
    ...admissionOf(stage),
    schemas: undefined,
    secrets: fixedSecret({ current: 'signing-secret' }),
    queue: {
      async send(event) {
        if (faults.queueAway) throw new UnavailableError('queue-unavailable', 'away');
        take(event);
      },
    },
    clock,
    log: infoLog('webhook-receiver', stage.name),
    metrics: createMetrics('webhook-receiver', stage.name, clock),
  });
  const post = async (request: Request): Promise<number> =>
    (await handler(gatewayEvent(request), { getRemainingTimeInMillis: () => 10_000 })).statusCode ?? 0;

  /** Five minutes' events: of six contacts, a repeat, an opt-out; answers their statuses. */
  return async (tick: number): Promise<number[]> => {
    const contact = (index: number, content = tick) =>
      JSON.stringify({ actionType: 'INTERACTION_CREATED', contactId: `contact-${index}`, content });
    const optOut = {
      phoneNumber: `+1415555${String(2000 + tick)}`,
      eventName: 'optOut',
      timestamp: new Date(clock.nowMs()).toISOString(),
    };
    const bodies = [0, 1, 2, 3, 4, 5].map((index) => contact(index));
    bodies.push(contact(0, Math.max(0, tick - 2)), JSON.stringify(optOut));
    if (faults.unknownType) bodies.push('{"actionType":"RENAMED","contactId":"contact-0"}');
    const statuses: number[] = [];
    for (const body of bodies) statuses.push(await post({ body }));
    for (let wrong = 0; wrong < (faults.wrongSignatures ?? 0); wrong++)
      statuses.push(await post({ body: contact(0), secret: 'another-secret' }));
    for (let scans = 0; scans < (faults.scanned && tick === 10 ? 40 : 0); scans++)
      statuses.push(await post({ body: '{}', secret: null }));
    return statuses;
  };
}
