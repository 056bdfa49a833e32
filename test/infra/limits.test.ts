import { describe, expect, it } from '@jest/globals';
import { assertLimits, LIMITS, type Limits } from '../../infra/limits.ts';
import { ConfigError } from '../../lib/platform/errors.ts';
import { synthesise } from './synthesise.ts';

function broken(change: (limits: Limits) => void): Limits {
  const limits = structuredClone(LIMITS);
  change(limits);
  return limits;
}

describe('the numbers that hold the parts together', () => {
  it('agree as they stand', () => expect(() => assertLimits(LIMITS)).not.toThrow());

  it.each<[string, RegExp, (limits: Limits) => void]>([
    [
      'visibility below six time-outs',
      /visibilitySeconds: 359/,
      (limits) => {
        limits.eventsQueue.visibilitySeconds = 359;
      },
    ],
    [
      'a longer router without a longer visibility',
      /visibilitySeconds: 360/,
      (limits) => {
        limits.timeoutSeconds['dedup-router'] = 61;
      },
    ],
    [
      'eleven records a batch',
      /batchSize: 11/,
      (limits) => {
        limits.eventsQueue.batchSize = 11;
      },
    ],
    [
      'no records a batch',
      /batchSize: 0/,
      (limits) => {
        limits.eventsQueue.batchSize = 0;
      },
    ],
    [
      'more receives than SQS counts',
      /maxReceiveCount: 1001/,
      (limits) => {
        limits.eventsQueue.maxReceiveCount = 1001;
      },
    ],
    [
      'a retention that retries outlive',
      /retentionDays: 13/,
      (limits) => {
        limits.eventsQueue.retentionDays = 13;
      },
    ],
    [
      'a message size that events outgrow',
      /maxMessageBytes: 262144/,
      (limits) => {
        limits.eventsQueue.maxMessageBytes = 262_144;
      },
    ],
    [
      'a receiver as slow as API Gateway',
      /webhook-receiver: 30/,
      (limits) => {
        limits.timeoutSeconds['webhook-receiver'] = 30;
      },
    ],
    [
      'a router without time to publish',
      /dedup-router: 9/,
      (limits) => {
        limits.timeoutSeconds['dedup-router'] = 9;
      },
    ],
    [
      'a batcher without time for one request',
      /dnc-batcher: 59/,
      (limits) => {
        limits.timeoutSeconds['dnc-batcher'] = 59;
      },
    ],
    [
      "a function above Lambda's limit",
      /dnc-batcher: 901/,
      (limits) => {
        limits.timeoutSeconds['dnc-batcher'] = 901;
      },
    ],
    [
      'a tick younger than EventBridge allows',
      /maxEventAgeSeconds: 59/,
      (limits) => {
        limits.schedules.maxEventAgeSeconds = 59;
      },
    ],
  ])('refuse %s', (_, message, change) => {
    expect(() => assertLimits(broken(change))).toThrow(message);
  });

  it('are checked at synth, all at once', () => {
    const limits = broken(({ eventsQueue }) => {
      eventsQueue.batchSize = 11;
      eventsQueue.visibilitySeconds = 30;
    });
    expect(() => synthesise('dev', {}, limits)).toThrow(ConfigError);
    expect(() => synthesise('dev', {}, limits)).toThrow(/visibilitySeconds: 30[\s\S]*batchSize: 11/);
  });
});
