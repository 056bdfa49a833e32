/** What a measurement has started and must stop, last first. */
export interface Services {
  kept<T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T>;
  atEnd(stop: () => void): void;
}

export async function withServices<T>(measure: (services: Services) => Promise<T>): Promise<T> {
  const stack = new AsyncDisposableStack();
  try {
    return await measure({
      kept: async (starting) => stack.adopt(await starting, (service) => service.stop()),
      atEnd: (stop) => stack.defer(stop),
    });
  } finally {
    await stack.disposeAsync();
  }
}
