import { bloomHashes } from './bloom-hashes.ts';
import type { BloomReply, BloomRequest, GenerationState } from './bloom-window.ts';
import { generationEndMs, generationOf, generationsAround, olderGenerations } from './generations.ts';
import type { BloomGeometry } from './geometry.ts';

/** Two hex digits name an event's generation in the script's input. */
const MAX_GENERATIONS = 255;

export interface BloomKeys {
  stage: string;
  geometry: BloomGeometry;
  windowMs: number;
}

export interface BloomCommand {
  /** Newest first, in the order of `keys`. */
  generations: number[];
  keys: string[];
  args: string[];
}

/** One hash slot a stage (the braces), so that one script may touch all of a stage's generations. */
export const generationKey = ({ stage, geometry }: BloomKeys, generation: number): string =>
  `{relay:${stage}}:bloom:${geometry.tag}:${generation}`;

/** KEYS and ARGV of `bloom-script.ts` for one request. */
export function bloomCommand(settings: BloomKeys, { events, offeredStamp, seen }: BloomRequest): BloomCommand {
  const { geometry, windowMs } = settings;
  const owns = events.map((event) => generationOf(event.receivedAtMs));
  const asked = new Set(owns.flatMap((own) => generationsAround(own, windowMs)));
  const generations = [...asked].sort((a, b) => b - a);
  if (generations.length > MAX_GENERATIONS)
    throw new RangeError(`a batch over ${generations.length} generations: receipt times are too far apart`);
  const indexOf = new Map(generations.map((generation, index) => [generation, index + 1]));
  const encoded = events.map((event, i) => {
    const index = indexOf.get(owns[i] ?? Number.NaN) ?? 0;
    return index.toString(16).padStart(2, '0') + bloomHashes(event.ledgerKey);
  });
  const ofGeneration = (generation: number) => {
    const state = seen.get(generation);
    return [String(generationEndMs(generation, windowMs)), state?.stamp ?? '-', String(state?.adds ?? 0)];
  };
  return {
    generations,
    keys: generations.map((generation) => generationKey(settings, generation)),
    args: [
      offeredStamp,
      String(geometry.bits),
      String(geometry.hashes),
      String(olderGenerations(windowMs)),
      encoded.join(''),
      ...generations.flatMap(ofGeneration),
    ],
  };
}

/** The script's reply; throws when it has not exactly the form that `bloom-script.ts` promises. */
export function parseBloomReply(reply: unknown, generations: readonly number[], eventCount: number): BloomReply {
  const wrong = () => new TypeError('the reply is not that of the Bloom script');
  if (!Array.isArray(reply) || reply.length !== 1 + 2 * generations.length) throw wrong();
  const [verdicts, ...states] = reply as unknown[];
  if (typeof verdicts !== 'string' || verdicts.length !== eventCount || !/^[01]*$/.test(verdicts)) throw wrong();
  const stateAt = (index: number): GenerationState | undefined => {
    const [stamp, adds] = states.slice(2 * index, 2 * index + 2);
    if (typeof stamp !== 'string' || !/^([0-9a-f]{16})?$/.test(stamp)) throw wrong();
    if (typeof adds !== 'string' || !/^\d{1,16}$/.test(adds)) throw wrong();
    return stamp === '' ? undefined : { stamp, adds: Number(adds) };
  };
  return {
    maybe: [...verdicts].map((digit) => digit === '1'),
    generations: new Map(generations.map((generation, index) => [generation, stateAt(index)])),
  };
}
