/** Node's timers take no more. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * What `work` comes to, or a rejection with `late()` after `ms` of real time, however many: it bounds the network. `work` itself
 * goes on; its own rejection then concerns nobody.
 */
export async function within<T>(ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  work.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), Math.min(ms, MAX_TIMER_MS));
  });
  try {
    return await Promise.race([work, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}
