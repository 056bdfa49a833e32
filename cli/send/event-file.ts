import { readFileSync } from 'node:fs';
import { messageOf } from '../../lib/platform/errors.ts';
import { JSON_TOKEN } from '../shared/json-tokens.ts';

/**
 * Events of a file, to be sent byte for byte: the whole file when it is one JSON value other than an array, each element of
 * an array, or each line (NDJSON). @throws Error saying what is wrong with the file.
 */
export function readEventFile(path: string): Buffer[] {
  const bytes = readFileSync(path);
  const text = bytes.toString('latin1'); // a character a byte: JSON's own are ASCII, and the others are only passed on
  const whole = parse(text);
  if (Array.isArray(whole.json)) return elementsOf(text).map(bytesOf);
  if (whole.error === undefined) return [bytes];
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const wrong = lines.findIndex((line) => parse(line).error !== undefined);
  if (lines.length === 0) throw new Error(`${path} is empty`);
  if (wrong !== -1) {
    throw new Error(`${path} is neither JSON (${whole.error}) nor a JSON value a line (line ${wrong + 1} is none)`);
  }
  return lines.map(bytesOf);
}

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Elements of a JSON array as they are written: reading and writing them anew would change numbers, blanks and escapes. */
function elementsOf(array: string): string[] {
  const elements: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: token, index } of array.matchAll(JSON_TOKEN)) {
    if (depth === 1 && (token === ',' || token === ']')) elements.push(array.slice(start, index).trim());
    if (token === '[' || token === '{') depth++;
    if (token === ']' || token === '}') depth--;
    if (depth === 1 && (token === ',' || token === '[')) start = index + 1;
  }
  return elements.filter((element) => element !== ''); // of an empty array
}

function parse(text: string): { json?: unknown; error?: string } {
  try {
    return { json: JSON.parse(text) };
  } catch (error) {
    return { error: messageOf(error) };
  }
}
