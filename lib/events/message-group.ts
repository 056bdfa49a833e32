import { hash } from 'node:crypto';

/** SQS message group of an event: a hash of its order key, for ids can be longer or stranger than SQS allows; else its own. */
export function messageGroupOf({ eventId, orderKey }: { eventId: string; orderKey: string | null }): string {
  return orderKey === null ? eventId : hash('sha256', orderKey, 'base64url');
}
