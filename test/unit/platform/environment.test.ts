import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { readEnvironment, required } from '../../../lib/platform/environment.ts';

const schema = z.object({ QUEUE_URL: required(), TABLE: required(), LOG_DIR: z.optional(required()) });

describe("a function's environment", () => {
  it('is read, with what else there is left out', () => {
    expect(readEnvironment(schema, { QUEUE_URL: 'q', TABLE: 't', PATH: '/bin' })).toEqual({
      QUEUE_URL: 'q',
      TABLE: 't',
    });
  });

  it('names every variable that is missing or empty, in one error', () => {
    expect(() => readEnvironment(schema, { QUEUE_URL: '' })).toThrow(/environment: .*QUEUE_URL.*TABLE/);
  });
});
