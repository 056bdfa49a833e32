/** middy's hooks for what is to be done at the end of an invocation, whether it succeeds or fails. */
export const atEnd = (work: () => Promise<void>) => ({ after: work, onError: work });
