import { describe, expect, it } from '@jest/globals';
import {
  KafkaJSConnectionError,
  KafkaJSNonRetriableError,
  KafkaJSNumberOfRetriesExceeded,
  KafkaJSProtocolError,
} from 'kafkajs';
import { UnavailableError } from '../../../lib/platform/errors.ts';
import { toSinkError } from '../../../lib/routing/kafka-errors.ts';
import { RecordRefusedError } from '../../../lib/routing/sink.ts';

const protocolError = (type: string) =>
  new KafkaJSProtocolError(Object.assign(new Error(`the broker says ${type}`), { type, code: 1 }));

describe('failures of Kafka', () => {
  it.each(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'INVALID_TIMESTAMP'])(
    '%s is the record’s own and permanent',
    (type) => {
      const error = toSinkError('t', protocolError(type));
      expect(error).toBeInstanceOf(RecordRefusedError);
      expect(error.message).toContain(type);
    },
  );

  it.each([
    ['TOPIC_AUTHORIZATION_FAILED', 'kafka-authorization'],
    ['CLUSTER_AUTHORIZATION_FAILED', 'kafka-authorization'],
    ['SASL_AUTHENTICATION_FAILED', 'kafka-authentication'],
    ['UNKNOWN_TOPIC_OR_PARTITION', 'kafka-unknown-topic'],
    ['NOT_LEADER_FOR_PARTITION', 'kafka-unavailable'],
    ['LEADER_NOT_AVAILABLE', 'kafka-unavailable'],
    ['NOT_ENOUGH_REPLICAS', 'kafka-unavailable'],
    ['OUT_OF_ORDER_SEQUENCE_NUMBER', 'kafka-unavailable'],
    ['DUPLICATE_SEQUENCE_NUMBER', 'kafka-unavailable'],
    ['KAFKAJS_UNKNOWN_ERROR_CODE', 'kafka-unavailable'],
  ])('%s can be healed: %s', (type, code) => {
    expect(toSinkError('t', protocolError(type))).toMatchObject({ code, retryable: true });
  });

  it('are recognised under what kafkajs wraps around them', () => {
    const options = { retryCount: 3, retryTime: 1 };
    const wrapped = new KafkaJSNumberOfRetriesExceeded(protocolError('UNKNOWN_TOPIC_OR_PARTITION'), options);
    expect(toSinkError('t', wrapped).code).toBe('kafka-unknown-topic');
    const refused = Object.assign(new KafkaJSNonRetriableError('wrapped'), {
      cause: protocolError('MESSAGE_TOO_LARGE'),
    });
    expect(toSinkError('t', refused)).toBeInstanceOf(RecordRefusedError);
  });

  it('are retryable when nobody foresaw them', () => {
    for (const error of [new KafkaJSConnectionError('x'), new TypeError('x'), 'text', undefined]) {
      expect(toSinkError('t', error)).toMatchObject({ code: 'kafka-unavailable', retryable: true });
    }
  });

  it('stay as they are when they are the relay’s own', () => {
    const own = new UnavailableError('kafka-deadline', 'late');
    expect(toSinkError('t', own)).toBe(own);
  });
});
