import { afterEach, expect, it } from '@jest/globals';
import { RelayError } from '../../lib/platform/errors.ts';
import { type OutgoingRecord, RecordRefusedError, type TopicSink } from '../../lib/routing/sink.ts';

/** A record as a reader of the topic finds it. */
export interface StoredRecord {
  key: string | null;
  value: Buffer;
  headers: Record<string, string>;
  timestampMs: number;
  partition: number;
  offset: number;
}

export interface SinkUnderTest {
  /** A sink of its own each time, on the same topics. */
  open(): TopicSink;
  /** The whole topic, each partition in its order; empty for a topic that does not exist. */
  read(topic: string): Promise<StoredRecord[]>;
}

const RECEIVED_AT_MS = Date.UTC(2026, 0, 31, 12);
const ENOUGH_MS = 20_000;
let topics = 0;

export const newTopic = () => `test.${process.pid}.${Date.now()}.${++topics}`;
export const soon = () => Date.now() + ENOUGH_MS;
export const numbered = (key: string | null, n: number, padding = ''): OutgoingRecord => ({
  key,
  value: Buffer.from(JSON.stringify({ n, padding })),
  headers: { ce_id: `${key}-${n}` },
  timestampMs: RECEIVED_AT_MS + n,
});
export const numbersOf = (records: readonly StoredRecord[], key: string | null): number[] =>
  records.filter((record) => record.key === key).map(({ value }) => Number(JSON.parse(value.toString('utf8')).n));
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

/** What every TopicSink does. */
export function topicSinkContract(underTest: SinkUnderTest): void {
  const opened: TopicSink[] = [];
  const open = (): TopicSink => {
    const sink = underTest.open();
    opened.push(sink);
    return sink;
  };
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((sink) => sink.close()));
  });

  it('stores value byte for byte, with key, headers and time of receipt', async () => {
    const topic = newTopic();
    const value = Buffer.from('\ufeff{"b":1 ,\t"a":9007199254740993, "t":"é😀\u2028\\u0000\\"", "x":"\u0085"}\r\n ');
    const headers = { ce_id: 'AAAAAAAAAAAAAAAAAAAAAA', 'content-type': 'application/json', ce_source: '/cxone/dnc' };
    await open().send(topic, [{ key: 'pk-00ff', value, headers, timestampMs: RECEIVED_AT_MS }], soon());
    const [stored, ...more] = await underTest.read(topic);
    expect(more).toEqual([]);
    expect(stored?.value.equals(value)).toBe(true);
    expect(stored).toMatchObject({ key: 'pk-00ff', headers, timestampMs: RECEIVED_AT_MS, offset: 0 });
  });

  it('stores an event without order key without a key', async () => {
    const topic = newTopic();
    await open().send(topic, [numbered(null, 1), numbered(null, 2)], soon());
    expect((await underTest.read(topic)).map(({ key }) => key)).toEqual([null, null]);
  });

  it('keeps the order of each key, over records of one send and over sends', async () => {
    const topic = newTopic();
    const sink = open();
    const keys = ['a', 'b', 'c', 'd', 'e'];
    for (let n = 0; n < 30; n += 2) {
      const batch = keys.flatMap((key) => [numbered(key, n), numbered(key, n + 1)]);
      await sink.send(topic, batch, soon());
    }
    const stored = await underTest.read(topic);
    for (const key of keys) expect(numbersOf(stored, key)).toEqual(upTo(30));
  });

  it('takes many large records at once', async () => {
    const topic = newTopic();
    const padding = 'x'.repeat(300_000);
    await open().send(
      topic,
      upTo(10).map((n) => numbered('large', n, padding)),
      soon(),
    );
    expect(numbersOf(await underTest.read(topic), 'large')).toEqual(upTo(10));
  });

  it('takes sends to several topics side by side', async () => {
    const sink = open();
    const names = [newTopic(), newTopic(), newTopic()];
    await Promise.all(names.map((topic) => sink.send(topic, [numbered('k', 1), numbered('k', 2)], soon())));
    for (const topic of names) expect(numbersOf(await underTest.read(topic), 'k')).toEqual([1, 2]);
  });

  it('writes nothing when the deadline has passed, and goes on afterwards', async () => {
    const topic = newTopic();
    const sink = open();
    const late = sink.send(topic, [numbered('k', 1)], Date.now() - 1);
    await expect(late).rejects.toMatchObject({ retryable: true });
    await sink.send(topic, [numbered('k', 2)], soon());
    expect(numbersOf(await underTest.read(topic), 'k')).toEqual([2]);
  });

  it('refuses a record that is too large for good, and takes the next ones in order', async () => {
    const topic = newTopic();
    const sink = open();
    const tooLarge = numbered('k', 1, 'x'.repeat(1_500_000));
    await sink.send(topic, [numbered('k', 0)], soon());
    await expect(sink.send(topic, [tooLarge], soon())).rejects.toBeInstanceOf(RecordRefusedError);
    await sink.send(topic, [numbered('k', 2), numbered('k', 3)], soon());
    expect(numbersOf(await underTest.read(topic), 'k')).toEqual([0, 2, 3]);
  });

  it('tells of each record that has become durable, also when another is refused', async () => {
    const topic = newTopic();
    const sink = open();
    const told: OutgoingRecord[] = [];
    const note = (records: readonly OutgoingRecord[]) => void told.push(...records);
    const first = upTo(12).map((n) => numbered(`key-${n}`, 0));
    await sink.send(topic, first, soon(), note);
    expect(new Set(told)).toEqual(new Set(first));
    const second = [...upTo(12).map((n) => numbered(`key-${n}`, 1)), numbered('large', 1, 'x'.repeat(1_500_000))];
    await expect(sink.send(topic, second, soon(), note)).rejects.toBeInstanceOf(RecordRefusedError);
    const idOf = ({ headers }: Pick<OutgoingRecord, 'headers'>) => headers.ce_id;
    expect(told.map(idOf).sort()).toEqual((await underTest.read(topic)).map(idOf).sort());
  });

  it('goes on where the sink before it stopped, and refuses sends once closed', async () => {
    const topic = newTopic();
    const first = open();
    await first.send(topic, [numbered('k', 1)], soon());
    await first.close();
    const refusal = await first.send(topic, [numbered('k', 9)], soon()).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RelayError);
    expect(refusal).toMatchObject({ retryable: true });
    await open().send(topic, [numbered('k', 2)], soon());
    const stored = (await underTest.read(topic)).filter(({ key }) => key === 'k');
    expect(stored.map(({ offset }) => offset)).toEqual([0, 1]);
    expect(numbersOf(stored, 'k')).toEqual([1, 2]);
  });

  it('has nothing to do for no records', async () => {
    const topic = newTopic();
    await open().send(topic, [], soon());
    expect(await underTest.read(topic)).toEqual([]);
  });
}
