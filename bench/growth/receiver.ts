import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { createHandler } from '../../functions/webhook-receiver/handler.ts';
import { contactAction } from '../../test/support/queued-events.ts';
import { bareReceiver, requestOf } from '../bare-receiver.ts';
import { pairAsync } from '../paired.ts';
import type { Figure } from '../report.ts';
import { type GrowthSizes, grown } from './grown.ts';

const EVENTS = 40_000;
/** As many calls are made with each body. */
const CALLS_A_BODY = 200;
const FILLING = 'x'.repeat(900);

/** Ten times as many events in one process, of ten times as many contacts, through the handler without logger and queue. */
export async function receiverGrowth({ rounds, smaller }: GrowthSizes): Promise<Figure> {
  const handler = createHandler(bareReceiver);
  let contacts = 0;
  const run = (calls: number) => {
    let requests: APIGatewayProxyEventV2[] = [];
    let taken = 0;
    return {
      calls,
      async prepare() {
        requests = Array.from({ length: Math.ceil(calls / CALLS_A_BODY) }, () => requestOf(eventOf(`c-${++contacts}`)));
      },
      async work() {
        const request = requests[taken++ % requests.length];
        if (request === undefined) throw new RangeError('there are requests');
        const { statusCode } = await handler(request, { getRemainingTimeInMillis: () => 10_000 });
        if (statusCode !== 202) throw new Error(`answered ${statusCode}`);
      },
    };
  };
  const events = EVENTS / smaller;
  const { ratio, subjectMicros, baselineMicros } = await pairAsync(run(10 * events), run(events), rounds);
  const micros = `${subjectMicros.median.toFixed(1)} : ${baselineMicros.median.toFixed(1)} µs an event`;
  return grown('receiver: CPU time, 10 × the events', ratio, micros);
}

const eventOf = (contactId: string): string => contactAction(contactId, FILLING, 0).body.toString();
