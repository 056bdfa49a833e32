import { createLog, type Log, type LogFields } from '../../lib/platform/logging.ts';

export interface RecordedLine extends LogFields {
  level: 'info' | 'warn' | 'error';
  message: string;
}

/** Writes the lines that metric filters read, as a function does; the others would drown a test's own output. */
export function infoLog(service: string, stage: string): Log {
  return { ...createLog(service, stage), warn: () => undefined, error: () => undefined };
}

/** Keeps every line, so that a test can read what an operator would. */
export function recordingLog(): Log & { lines: RecordedLine[] } {
  const lines: RecordedLine[] = [];
  const at =
    (level: RecordedLine['level']) =>
    (message: string, fields: LogFields = {}) => {
      lines.push({ ...fields, level, message });
    };
  return { lines, info: at('info'), warn: at('warn'), error: at('error') };
}
