export interface QueuedEvent {
  /** The encoded envelope. */
  body: string;
  /** Events of one group are worked in the order in which the queue took them. 1 to 128 of SQS's characters. */
  groupId: string;
  /** The queue itself drops a second message of this id for five minutes. */
  deduplicationId: string;
}

/** The durable queue behind the receiver. */
export interface EventQueue {
  /**
   * Resolves only when the queue has taken the event for good. Rejects with UnavailableError, at the latest after
   * `timeoutMs`; then it may still have been taken.
   */
  send(event: QueuedEvent, timeoutMs: number): Promise<void>;
}
