import { hash, timingSafeEqual } from 'node:crypto';

/** Constant time: digests have one length, whatever the texts have. */
export function isSameText(left: string, right: string): boolean {
  return timingSafeEqual(hash('sha256', left, 'buffer'), hash('sha256', right, 'buffer'));
}

/** What `Authorization: Bearer …` shows, if the header is that. */
export const bearerTokenIn = (authorization: string | undefined): string | undefined =>
  /^bearer +(.+)$/i.exec(authorization ?? '')?.[1];
