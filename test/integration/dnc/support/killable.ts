/** A process that can die: after `operations` more calls to the outside every further one fails, as if nobody were there. */
export interface Killable {
  /** Wraps one call to the outside. The call that uses up the last operation is still made. */
  guard<T>(call: () => Promise<T>): Promise<T>;
  killAfter(operations: number): void;
  revive(): void;
  isDead(): boolean;
}

export class Killed extends Error {
  constructor() {
    super('the process is dead');
    this.name = 'Killed';
  }
}

export function killable(): Killable {
  let left = Number.POSITIVE_INFINITY;
  return {
    async guard(call) {
      if (left <= 0) throw new Killed();
      left--;
      return call();
    },
    killAfter: (operations) => {
      left = operations;
    },
    revive: () => {
      left = Number.POSITIVE_INFINITY;
    },
    isDead: () => left <= 0,
  };
}
