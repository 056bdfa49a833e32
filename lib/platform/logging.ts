import { Logger as PowertoolsLogger } from '@aws-lambda-powertools/logger';

export type LogFields = Record<string, unknown>;

/** What the relay asks of a logger: one message, flat fields. Structured JSON lines, one an outcome. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Powertools' logger; level from POWERTOOLS_LOG_LEVEL. Secrets, tokens and unmasked numbers never go in here. */
export function createLog(service: string, stage: string): Log {
  const logger = new PowertoolsLogger({ serviceName: service, persistentLogAttributes: { stage } });
  return {
    info: (message, fields = {}) => logger.info(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    error: (message, fields = {}) => logger.error(message, fields),
  };
}
