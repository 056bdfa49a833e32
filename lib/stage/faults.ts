import type { FieldError } from '../platform/errors.ts';
import type { RuleFault } from './rules.ts';

/** A wrong setting, with the keys that lead to it. */
export interface SettingFault extends FieldError {
  keys: readonly PropertyKey[];
}

/** What is needed of a zod issue. */
interface Issue {
  code: string;
  path: readonly PropertyKey[];
  message: string;
  keys?: readonly string[];
}

/** One fault an issue; of unknown keys, one each. */
export function settingFaults(issue: Issue): SettingFault[] {
  if (issue.code !== 'unrecognized_keys' || !issue.keys) return [faultAt(issue.path, issue.message)];
  return issue.keys.map((key) => faultAt([...issue.path, key], 'no such setting'));
}

const faultAt = (keys: readonly PropertyKey[], message: string): SettingFault => ({
  keys,
  path: pathText(keys),
  message,
});

/** `subscriptions[3].endpoints`, `routing["data.action.updated"]`. */
function pathText(keys: readonly PropertyKey[]): string {
  return keys.map((key, index) => segment(key, index === 0)).join('');
}

function segment(key: PropertyKey, first: boolean): string {
  if (typeof key === 'number') return `[${key}]`;
  const name = String(key);
  if (!/^[\w-]+$/.test(name)) return `[${JSON.stringify(name)}]`;
  return first ? name : `.${name}`;
}

/**
 * A copy of the file without the settings that have faults (for a list, without all of it), so that the rules can look at
 * the rest and one message can hold every fault.
 */
export function withoutFaulty(json: unknown, faults: readonly SettingFault[]): unknown {
  const copy: unknown = structuredClone(json);
  for (const { keys } of faults) remove(copy, keys);
  return copy;
}

function remove(node: unknown, [key, ...rest]: readonly PropertyKey[]): void {
  if (!isObject(node) || key === undefined) return;
  const child = node[key];
  if (rest.length > 0 && isObject(child)) remove(child, rest);
  else delete node[key];
}

/** Whether a rule looked at a setting that is faulty itself: then it judged a default, and what it says may be untrue. */
export function dependsOnFaulty({ path, reads = [] }: RuleFault, faults: readonly SettingFault[]): boolean {
  return [path, ...reads].some((setting) =>
    faults.some((fault) => within(fault.path, setting) || within(setting, fault.path)),
  );
}

const within = (path: string, parent: string): boolean =>
  path.startsWith(parent) && [undefined, '.', '['].includes(path[parent.length]);

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
