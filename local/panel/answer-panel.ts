import type { ServerResponse } from 'node:http';
import * as z from 'zod/mini';
import { messageOf } from '../../lib/platform/errors.ts';
import { sendJson } from '../embedded/loopback-server.ts';
import { BREAKAGES, type Breakages } from './breakages.ts';
import type { EventStream } from './event-stream.ts';
import { servePageFile } from './page-files.ts';
import type { ParkedEvents } from './parked-events.ts';
import { SAMPLE_KINDS } from './sample-event.ts';
import { CannotSend, type createSampleSender, SEND_ACTIONS } from './sample-sender.ts';

export interface Panel {
  stream: EventStream;
  sender: ReturnType<typeof createSampleSender>;
  parked: ParkedEvents;
  breakages: Breakages;
}

const sendSchema = z.strictObject({ action: z.enum(SEND_ACTIONS), kind: z.optional(z.enum(SAMPLE_KINDS)) });
const breakSchema = z.strictObject({ breakage: z.enum(BREAKAGES) });
const redriveSchema = z.strictObject({ messageId: z.optional(z.string()) });

/** The page, what it reads and what its buttons do. False: the request is not for it. */
export async function answerPanel(
  method: string,
  path: string,
  body: Buffer,
  response: ServerResponse,
  panel: Panel,
): Promise<boolean> {
  const { stream, sender, parked, breakages } = panel;
  switch (`${method} ${path}`) {
    case 'GET /_local/events':
      stream.add(response);
      return true;
    case 'GET /_local/dead-letters':
      sendJson(response, 200, await parked.list());
      return true;
    case 'POST /_local/send':
      return withInput(sendSchema, body, response, ({ action, kind }) => sender.send(action, kind));
    case 'POST /_local/break':
      return withInput(breakSchema, body, response, async ({ breakage }) => {
        if (!breakages.apply(breakage))
          throw new CannotSend('that part is not embedded in this relay, or not used by its stage');
        return breakages.state();
      });
    case 'POST /_local/redrive':
      return withInput(redriveSchema, body, response, async ({ messageId }) => ({
        redriven: await parked.redrive(messageId),
      }));
    default:
      return method === 'GET' && servePageFile(path, response);
  }
}

async function withInput<T extends z.ZodMiniType>(
  schema: T,
  body: Buffer,
  response: ServerResponse,
  work: (input: z.infer<T>) => Promise<unknown>,
): Promise<true> {
  let input: z.infer<T>;
  try {
    input = z.parse(schema, JSON.parse(body.toString('utf8')));
  } catch (error) {
    sendJson(response, 400, { message: `the request cannot be read: ${messageOf(error)}` });
    return true;
  }
  try {
    sendJson(response, 200, await work(input));
  } catch (error) {
    if (!(error instanceof CannotSend)) throw error;
    sendJson(response, 409, { message: error.message });
  }
  return true;
}
