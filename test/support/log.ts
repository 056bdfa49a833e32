import type { Log, LogFields } from '../../lib/platform/logging.ts';

export interface RecordedLine extends LogFields {
  level: 'info' | 'warn' | 'error';
  message: string;
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
