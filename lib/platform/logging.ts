import { LogFormatter, LogItem, Logger as PowertoolsLogger } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';

export type LogFields = Record<string, unknown>;

/** What the relay asks of a logger: one message, flat fields. Structured JSON lines, one an outcome. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Powertools' logger; level from POWERTOOLS_LOG_LEVEL. Secrets, tokens and unmasked numbers never go in here. */
export function createLog(service: string, stage: string): Log {
  const persistentLogAttributes = { stage };
  const logger = new PowertoolsLogger({
    serviceName: service,
    persistentLogAttributes,
    logFormatter: new LeanFormatter(),
  });
  return {
    info: (message, fields = {}) => logger.info(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    error: (message, fields = {}) => logger.error(message, fields),
  };
}

/** Without Powertools' sampling rate and X-Ray id: nothing is sampled or traced, and each line's bytes are paid for. */
class LeanFormatter extends LogFormatter {
  override formatAttributes(attributes: UnformattedAttributes, fields: LogAttributes): LogItem {
    const { logLevel, message, timestamp, serviceName } = attributes;
    const lean = { level: logLevel, message, timestamp: this.formatTimestamp(timestamp), service: serviceName };
    return new LogItem({ attributes: lean }).addAttributes(fields);
  }
}
