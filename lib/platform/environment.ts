import * as z from 'zod/mini';
import { ConfigError } from './errors.ts';

export type Environment = Record<string, string | undefined>;

/**
 * Reads a Lambda's settings from its environment; all faults in one ConfigError. Called by the composition roots only.
 * The same schema types the environment that infra gives to the function, so a forgotten variable does not compile.
 */
export function readEnvironment<T extends z.ZodMiniObject>(schema: T, environment: Environment): z.output<T> {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.')} (${issue.message})`);
  throw new ConfigError('environment', `missing or wrong: ${faults.join(', ')}; the stack sets these variables`);
}

export const required = () => z.string().check(z.minLength(1));
