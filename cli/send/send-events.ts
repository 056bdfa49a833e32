import type { PostAnswer } from './signed-post.ts';

/** One request to be made. Those with the same `order` are made one after the other. */
export interface Outgoing {
  body: Buffer;
  order: string;
}

export interface SendSettings {
  connections: number;
  /** Requests begun in a second, all connections together; undefined: as fast as they are answered. */
  ratePerSecond: number | undefined;
  post: (connection: number, body: Buffer) => Promise<PostAnswer>;
  onAnswer: (answer: PostAnswer) => void;
}

/** Sends all; each order's events keep to one connection, so that they arrive in the order given. */
export async function sendEvents(events: readonly Outgoing[], settings: SendSettings): Promise<void> {
  const { connections, ratePerSecond, post, onAnswer } = settings;
  const startMs = performance.now();
  const lanes: { body: Buffer; position: number }[][] = Array.from({ length: connections }, () => []);
  const laneOf = new Map<string, number>();
  events.forEach(({ body, order }, position) => {
    const lane = laneOf.get(order) ?? laneOf.size % connections;
    laneOf.set(order, lane);
    lanes[lane]?.push({ body, position });
  });
  await Promise.all(
    lanes.map(async (lane, connection) => {
      for (const { body, position } of lane) {
        if (ratePerSecond !== undefined) await until(startMs + (position / ratePerSecond) * 1000);
        onAnswer(await post(connection, body));
      }
    }),
  );
}

function until(atMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - performance.now())));
}
