import { readFileSync } from 'node:fs';
import { messageOf } from '../../lib/platform/errors.ts';

/**
 * Events of a file, to be sent byte for byte: the whole file when it is one JSON value other than an array, each element of
 * an array, or each line (NDJSON). @throws Error saying what is wrong with the file.
 */
export function readEventFile(path: string): Buffer[] {
  const bytes = readFileSync(path);
  const text = bytes.toString('utf8');
  const whole = parse(text);
  if (Array.isArray(whole.json)) return whole.json.map((event) => Buffer.from(JSON.stringify(event)));
  if (whole.error === undefined) return [bytes];
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const wrong = lines.findIndex((line) => parse(line).error !== undefined);
  if (lines.length === 0) throw new Error(`${path} is empty`);
  if (wrong !== -1) {
    throw new Error(`${path} is neither JSON (${whole.error}) nor a JSON value a line (line ${wrong + 1} is none)`);
  }
  return lines.map((line) => Buffer.from(line));
}

function parse(text: string): { json?: unknown; error?: string } {
  try {
    return { json: JSON.parse(text) };
  } catch (error) {
    return { error: messageOf(error) };
  }
}
