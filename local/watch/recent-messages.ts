import { decodeEnvelope, type Envelope } from '../../lib/events/envelope.ts';

const KEPT = 100;
/** Samples are far smaller. */
const MAX_BODY_CHARACTERS = 65_536;

/** The newest events that the router was handed, as the queue has them. */
export class RecentMessages {
  readonly #bodies = new Map<string, string>();

  note(messageId: string, body: string): void {
    if (body.length > MAX_BODY_CHARACTERS) return;
    this.#bodies.delete(messageId);
    this.#bodies.set(messageId, body);
    const [oldest] = this.#bodies.keys();
    if (this.#bodies.size > KEPT && oldest !== undefined) this.#bodies.delete(oldest);
  }

  /** undefined: not handed over yet, or too long ago. */
  envelopeOf(eventId: string): Envelope | undefined {
    const body = [...this.#bodies.values()].find((candidate) => candidate.includes(`"eventId":"${eventId}"`));
    return body === undefined ? undefined : decodeEnvelope(body);
  }
}
