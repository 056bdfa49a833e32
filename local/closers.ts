/** Closers of what has been started so far; run once, the newest first, whether the start failed or the relay is stopped. */
export class Closers {
  readonly #closers: (() => Promise<void> | void)[] = [];

  add(close: () => Promise<void> | void): void {
    this.#closers.push(close);
  }

  /** Waits for a start and remembers to close what it gave. */
  async started<T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> {
    const running = await starting;
    this.add(() => running.close());
    return running;
  }

  /** All are run, whatever happens to the others. @throws AggregateError of what failed. */
  async closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const close of this.#closers.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'not everything could be closed');
  }
}
