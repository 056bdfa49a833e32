import type { Clock } from './clock.ts';
import { UnavailableError } from './errors.ts';

interface Options {
  abortSignal?: AbortSignal;
}

/**
 * Ends all calls of the clients bound to it at one moment, which the phases of an invocation move on. So nothing that was
 * begun outlives a Lambda's answer, where it would be frozen and go on in some later invocation.
 */
export interface CallDeadline {
  /** From now on calls, those under way included, end at `deadlineMs` (epoch). */
  until(deadlineMs: number): void;
  /** Calls have no end until the next `until`; leaves no timer behind. */
  clear(): void;
  /** `send` of this client under the deadline. */
  bind<C extends { send: unknown }>(client: C): Pick<C, 'send'>;
}

export function createCallDeadline(clock: Clock): CallDeadline {
  let timer: NodeJS.Timeout | undefined;
  let controller = new AbortController();

  return {
    until(deadlineMs) {
      clearTimeout(timer);
      if (controller.signal.aborted) controller = new AbortController();
      const running = controller;
      const end = () => running.abort(new UnavailableError('out-of-time', 'the time for this call is over'));
      const leftMs = deadlineMs - clock.nowMs();
      if (leftMs <= 0) end();
      else timer = setTimeout(end, leftMs);
    },
    clear() {
      clearTimeout(timer);
      controller = new AbortController(); // one an invocation: what is derived from a signal lives as long as that signal
    },
    bind<C extends { send: unknown }>(client: C): Pick<C, 'send'> {
      const { send } = client as { send: (command: unknown, options: Options) => unknown };
      // its overloads (promise or callback) cannot be told to the compiler; this passes on whichever was called
      const bounded = (command: unknown, options: Options = {}) => {
        const own = options.abortSignal ? [options.abortSignal] : [];
        return send.call(client, command, { ...options, abortSignal: AbortSignal.any([controller.signal, ...own]) });
      };
      return { send: bounded as C['send'] };
    },
  };
}
