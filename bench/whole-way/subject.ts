import { createPost, type PostAnswer } from '../../test/soak/generator/post.ts';
import type { Arrivals } from './arrivals.ts';
import type { Sent } from './open-loop.ts';
import type { TimedWay } from './stages.ts';

/** Something that takes events by HTTP and puts them into a topic, in a process of its own. */
export interface Subject {
  pid: number;
  /** Sends the event of that number. */
  post(number: number): Promise<PostAnswer>;
  /** Where the time of each went; all have arrived. */
  waysOf(sent: readonly Sent[], arrivals: Arrivals): Promise<TimedWay[]>;
  stop(): Promise<void>;
}

const CONTACTS = 1000;
const FILLING = 'x'.repeat(800);

/** Events of about 1 KB, all new, of contacts that take turns; tells which number it is, so that a consumer can. */
export function numberedPost(url: string): Subject['post'] {
  const post = createPost(() => url);
  const run = Date.now();
  return (number) =>
    post(
      JSON.stringify({
        actionType: 'INTERACTION_CREATED',
        contactId: `contact-${number % CONTACTS}`,
        timestamp: new Date().toISOString(),
        run,
        number,
        filling: FILLING,
      }),
    );
}
