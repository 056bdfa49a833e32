import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Stage } from './stages.ts';

/** What the relay's own wide log lines say of one event's times, in milliseconds. */
export interface EventLines {
  /** Receiver: the whole request, and the queue's part of it. */
  durationMs: number;
  queueMs: number;
  /** Router: from the receipt to the line, and the last steps of that time. */
  ageMs: number;
  decideMs: number;
  deliverMs: number;
  commitMs: number;
}

type Fields = Record<string, unknown>;

/** Of every event that both the receiver and the router have told of, by event id. */
export async function readEventLines(dataDirectory: string): Promise<Map<string, EventLines>> {
  const receipts = new Map<string, Fields>();
  for await (const line of linesOf(dataDirectory, 'webhook-receiver'))
    if (line.message === 'webhook' && line.status === 202) receipts.set(String(line.eventId), line);
  const events = new Map<string, EventLines>();
  for await (const line of linesOf(dataDirectory, 'dedup-router')) {
    const receipt = line.outcome === 'routed' ? receipts.get(String(line.eventId)) : undefined;
    if (receipt !== undefined) events.set(String(line.eventId), timesOf({ ...receipt, ...line }));
  }
  return events;
}

/** @throws TypeError when a line has no such number: a stage would silently be lost */
function timesOf(fields: Fields): EventLines {
  const time = (name: keyof EventLines): number => {
    const value = fields[name];
    if (typeof value !== 'number') throw new TypeError(`the log lines of an event have no ${name}`);
    return value;
  };
  return {
    durationMs: time('durationMs'),
    queueMs: time('queueMs'),
    ageMs: time('ageMs'),
    decideMs: time('decideMs'),
    deliverMs: time('deliverMs'),
    commitMs: time('commitMs'),
  };
}

/** When each stage of an event ended that was received at `receivedMs` and reached a consumer at `arrivedMs`. */
export function stageEnds(lines: EventLines, receivedMs: number, arrivedMs: number): [Stage, number][] {
  const queuedMs = receivedMs + lines.durationMs;
  const decidedMs = receivedMs + lines.ageMs - lines.commitMs - lines.deliverMs;
  return [
    ['gateway', receivedMs],
    ['receiver', queuedMs - lines.queueMs],
    ['into the queue', queuedMs],
    ['queue', decidedMs - lines.decideMs],
    ['decision', decidedMs],
    ['publish', arrivedMs],
  ];
}

async function* linesOf(dataDirectory: string, functionName: string): AsyncGenerator<Fields> {
  const file = join(dataDirectory, 'logs', `${functionName}.ndjson`);
  if (!existsSync(file)) return;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (line.includes('"eventId"') && line.endsWith('}')) yield JSON.parse(line) as Fields;
  }
}
