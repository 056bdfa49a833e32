/** Works on all side by side; settles when the last has finished, then throws the first error: nothing goes on unseen. */
export async function allSettled<T>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const results = await Promise.allSettled(items.map(work));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
