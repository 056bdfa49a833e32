import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Clock, systemClock } from '../platform/clock.ts';
import { ConfigError, messageOf, RelayError, UnavailableError } from '../platform/errors.ts';
import { JSON_CONTENT_TYPE } from './cloud-events.ts';
import { type OutgoingRecord, RecordRefusedError, type TopicSink } from './sink.ts';
import { appendLines, type LogEnd } from './topic-log-file.ts';

export interface TopicLogSettings {
  /** Directory of the logs, `<topic>.ndjson` each; made when missing. */
  dir: string;
  /** Largest value taken; unset: what a broker takes by default (`message.max.bytes`). */
  maxValueBytes?: number;
  clock?: Clock;
}

/** One topic's file as this process sees it: sends wait for one another, so that offsets and order are those of the calls. */
interface LogState {
  end: LogEnd | undefined;
  last: Promise<void>;
}

const BROKER_DEFAULT_MAX_BYTES = 1_048_588;
const TOPIC_NAME = /^[a-zA-Z0-9._-]{1,249}$/;

/** By path and per process, not per sink: several sinks of one process may share a directory. Of two processes, offsets may be the same. */
const states = new Map<string, LogState>();

/**
 * Topics as files on one machine: a line `{"offset","timestamp","key","headers","value"}` a record, `value` the body's UTF-8
 * text; of a value that is not JSON, base64 with `"encoding":"base64"` beside it. A send resolves after fdatasync: what was confirmed survives a power cut. Offsets go on after a restart.
 * A send whose deadline passes while it waits its turn writes nothing; one that is being written is waited for, since a
 * local write cannot be abandoned, and the next send begins after it.
 */
export function createTopicLogSink(settings: TopicLogSettings): TopicSink {
  const { dir, maxValueBytes = BROKER_DEFAULT_MAX_BYTES, clock = systemClock } = settings;
  let closed = false;

  const write = async (path: string, state: LogState, bodies: readonly string[], deadlineMs: number) => {
    if (clock.nowMs() >= deadlineMs) {
      throw new UnavailableError('topic-log-deadline', `the deadline passed before ${path} could be written`);
    }
    try {
      await mkdir(dir, { recursive: true });
      state.end = await appendLines(path, state.end, (nextOffset) => ({
        text: bodies.map((body, index) => `{"offset":${nextOffset + index},${body}}\n`).join(''),
        count: bodies.length,
      }));
    } catch (cause) {
      state.end = undefined; // read it from the file next time
      if (cause instanceof RelayError) throw cause;
      throw new UnavailableError('topic-log-unavailable', `${path} could not be written: ${messageOf(cause)}`, cause);
    }
  };

  return {
    async send(topic, records, deadlineMs, onConfirmed) {
      if (closed) throw new UnavailableError('topic-log-closed', 'the topic log has been closed');
      if (!TOPIC_NAME.test(topic)) throw new ConfigError('routing', `${JSON.stringify(topic)} is not a topic name`);
      const bodies = records.map((record) => lineBody(topic, record, maxValueBytes));
      if (bodies.length === 0) return;
      const path = resolve(join(dir, `${topic}.ndjson`));
      const state = stateOf(path);
      const turn = state.last.then(() => write(path, state, bodies, deadlineMs));
      state.last = turn.catch(() => undefined); // its caller hears of it; the next send has its own fate
      await turn;
      onConfirmed?.(records);
    },
    async close() {
      closed = true;
      await Promise.all([...states].filter(([path]) => dirname(path) === resolve(dir)).map(([, { last }]) => last));
    },
  };
}

function stateOf(path: string): LogState {
  const known = states.get(path);
  if (known) return known;
  const fresh: LogState = { end: undefined, last: Promise.resolve() };
  states.set(path, fresh);
  return fresh;
}

/** Everything of a line but its offset. U+2028 and U+2029 are escaped: many line readers break lines at them. */
function lineBody(topic: string, record: OutgoingRecord, maxValueBytes: number): string {
  if (record.value.byteLength > maxValueBytes) {
    throw new RecordRefusedError(
      `${record.value.byteLength} bytes are too large for topic ${topic} (${maxValueBytes})`,
    );
  }
  const { timestampMs: timestamp, key, headers } = record;
  const isText = (headers['content-type'] ?? JSON_CONTENT_TYPE) === JSON_CONTENT_TYPE;
  const value = isText
    ? { value: textOf(topic, record.value) }
    : { value: Buffer.from(record.value).toString('base64'), encoding: 'base64' };
  const json = JSON.stringify({ timestamp, key, headers, ...value });
  return json.slice(1, -1).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

function textOf(topic: string, value: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
  } catch (cause) {
    throw new RecordRefusedError(`a value for ${topic} says that it is JSON, and is not UTF-8`, cause);
  }
}
