import { describe, expect, it } from '@jest/globals';
import type { SchemaCheck } from '../../lib/routing/schema-registry/schema-check.ts';

export interface SchemaCheckWorld {
  /** Subject `numbered` is for topic `validated`: its bodies have a number `n`. No other topic has one. */
  check: SchemaCheck;
  nowMs: () => number;
  /** From here on nobody answers. */
  losesRegistry(): Promise<void>;
}

/** What the receiver relies on, whoever decides whether a body fits. `make` gives a check that has asked nothing yet. */
export function schemaCheckContract(name: string, make: () => Promise<SchemaCheckWorld>): void {
  const check = ({ check: of, nowMs }: SchemaCheckWorld, topic: string, body: unknown) =>
    of.check(topic, Buffer.from(JSON.stringify(body)), nowMs() + 5000);

  describe(`${name}: a schema check`, () => {
    it('resolves for a body that fits', async () => {
      expect(await check(await make(), 'validated', { n: 1, more: 'é' })).toEqual({});
    });

    it('rejects with a violation, which is no fault of the registry, for one that does not', async () => {
      await expect(check(await make(), 'validated', { n: 'one' })).rejects.toMatchObject({
        code: 'schema-violation',
        retryable: false,
        errors: [{ path: expect.any(String), message: expect.any(String) }],
      });
    });

    it('quotes no value of the body', async () => {
      const error: Error & { errors?: unknown } = await check(await make(), 'validated', { n: 'secret-value' }).then(
        () => new Error('taken'),
        (reason) => reason,
      );
      expect(`${error.message} ${JSON.stringify(error.errors)}`).toMatch(/schema(?!.*secret-value)/);
    });

    it('needs no registry for a topic without a subject', async () => {
      const world = await make();
      await world.losesRegistry();
      expect(await check(world, 'another', { n: 'one' })).toEqual({});
      expect(await check(world, 'toString', { n: 'one' })).toEqual({});
    });

    it('rejects with what time can heal when it cannot know', async () => {
      const world = await make();
      await world.losesRegistry();
      await expect(check(world, 'validated', { n: 1 })).rejects.toMatchObject({ retryable: true });
    });
  });
}
