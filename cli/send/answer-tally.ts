import type { PostAnswer } from './signed-post.ts';

/** Answers by status, and the first text of each status that is not 202. */
export class AnswerTally {
  readonly #counts = new Map<number, number>();
  readonly #examples = new Map<number, string>();
  total = 0;

  add({ status, text }: PostAnswer): void {
    this.total++;
    this.#counts.set(status, (this.#counts.get(status) ?? 0) + 1);
    if (status !== 202 && !this.#examples.has(status)) this.#examples.set(status, text);
  }

  get allAccepted(): boolean {
    return this.#counts.size === 1 && this.#counts.has(202);
  }

  /** `202: 10 · 401: 2` */
  get line(): string {
    const entries = [...this.#counts].sort(([a], [b]) => a - b);
    return entries.map(([status, count]) => `${status === 0 ? 'no answer' : status}: ${count}`).join(' · ');
  }

  /** For `--json`. */
  get facts() {
    const answers = [...this.#counts].filter(([status]) => status !== 0);
    const complaints = [...this.#examples].map(([status, text]) => [
      status === 0 ? 'none' : status,
      text.slice(0, 500),
    ]);
    return {
      requests: this.total,
      accepted: this.#counts.get(202) ?? 0,
      unanswered: this.#counts.get(0) ?? 0,
      answers: Object.fromEntries(answers) as Record<string, number>,
      complaints: Object.fromEntries(complaints) as Record<string, string>,
    };
  }

  /** For each status other than 202, what one such answer said. */
  get complaints(): string[] {
    return [...this.#examples].map(
      ([status, text]) => `${status === 0 ? 'no answer' : status}, for one: ${text.slice(0, 500)}`,
    );
  }
}
