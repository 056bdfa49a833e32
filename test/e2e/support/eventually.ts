import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `holds` answers true. @throws Error with what `describe` says when it never does. */
export async function eventually(
  holds: () => Promise<boolean> | boolean,
  describe: () => Promise<unknown> | unknown = () => 'it never came true',
  withinMs = 60_000,
  everyMs = 50,
): Promise<void> {
  const endMs = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > endMs) throw new Error(JSON.stringify(await describe()));
    await sleep(everyMs);
  }
}
