import { expect } from '@jest/globals';

const TEXT = expect.any(String);
const COUNT = expect.any(Number);
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
const HASH = expect.stringMatching(/^[0-9a-f]{64}$/);

const LETTER = {
  parkedAt: TIME,
  reason: 'no-such-reason',
  detail: 'the topic was away',
  eventId: TEXT,
  kind: 'contact-action',
  type: 'INTERACTION_CREATED',
  receivedAt: TIME,
  groupId: 'group-of-c-1',
  messageId: TEXT,
  sourceMessageId: TEXT,
};

export const NUMBER = '+14155550177';
export const INTERACTION = 'interaction-of-json';
/** As the help of `dlq import` has it. */
export const KEPT_FILE = 'parked.ndjson';

/** What a line of each command's `--json` is, on a relay that has been sent a wish of NUMBER and has a letter parked. */
export const JSON_SHAPES: Record<string, { args?: string; line: object }> = {
  send: {
    line: {
      url: expect.stringMatching(/^http.*\/cxone\/events$/),
      requests: 1,
      accepted: 1,
      unanswered: 0,
      answers: { 202: 1 },
      complaints: {},
      seconds: COUNT,
    },
  },
  'dnc list': {
    line: {
      phoneNumber: NUMBER,
      preference: 'optOut',
      state: expect.stringMatching(/^(pending|synced)$/),
      eventTime: TIME,
      eventId: TEXT,
      receivedAt: TIME,
      attempts: 0,
      nextAttemptAt: expect.anything(),
      lastError: null,
      confirmedAt: null,
    },
  },
  'dnc show': {
    args: NUMBER,
    line: {
      phoneNumber: NUMBER,
      standing: expect.objectContaining({ phoneNumber: NUMBER, preference: 'optOut' }),
      history: expect.arrayContaining([
        { at: TIME, type: 'heard', preference: 'optOut', eventTime: TIME, eventId: TEXT },
      ]),
    },
  },
  'dnc retry': { args: NUMBER, line: { phoneNumber: NUMBER, outcome: 'not-failed', state: 'pending' } },
  'interactions show': {
    args: INTERACTION,
    line: {
      interactionId: INTERACTION,
      updatedTimestamp: TIME,
      receivedAt: TIME,
      eventId: TEXT,
      expiresAt: TIME,
      body: expect.stringContaining(`"interactionId":"${INTERACTION}"`),
    },
  },
  'subscriptions plan': {
    line: { actions: [{ type: 'keep', name: TEXT, id: TEXT, reason: 'as declared', state: TEXT }] },
  },
  'subscriptions apply': {
    line: {
      status: 'done',
      webhooksRegistered: COUNT,
      errors: [],
      subscriptions: {
        created: 0,
        updated: 0,
        deleted: 0,
        kept: 1,
        failed: 0,
        conflicts: 0,
        active: COUNT,
        notActive: COUNT,
      },
    },
  },
  'subscriptions list': {
    line: { id: TEXT, name: TEXT, eventType: 'interaction.completed', state: TEXT, standing: 'declared' },
  },
  'dlq list': { line: LETTER },
  'dlq show': { line: { ...LETTER, orderKey: 'c-1', body: expect.stringContaining('"contactId":"c-1"') } },
  'dlq export': { line: { ...LETTER, message: TEXT } },
  'dlq import': { args: KEPT_FILE, line: { imported: 1, left: 0, brokenOff: null } },
  'dlq redrive': {
    args: '--reason none-has-this',
    line: { redriven: 0, byReason: {}, parkedAgain: 0, left: 0, brokenOff: null },
  },
  'dlq discard': { args: '--yes', line: { ...LETTER, message: TEXT } },
  'audit verify': {
    args: '--stream subscriptions',
    line: { stream: 'subscriptions', records: COUNT, chain: 'intact', head: { seq: COUNT, hash: HASH } },
  },
  'audit list': {
    args: '--stream subscriptions --limit 1',
    line: {
      stream: 'subscriptions',
      seq: COUNT,
      at: TIME,
      operation: TEXT,
      subject: TEXT,
      status: TEXT,
      details: expect.anything(),
      keyId: TEXT,
      prevHash: HASH,
      hash: HASH,
    },
  },
  capacity: {
    args: '--events-per-second 10 --batch 1',
    line: {
      pricesAsOf: TEXT,
      currency: 'USD',
      region: 'us-east-1',
      outlooks: [
        {
          load: expect.objectContaining({ eventsPerSecond: 10, batchSize: 1 }),
          usage: expect.anything(),
          cost: { usdPerMonth: COUNT, usdPerMillion: COUNT, lines: expect.any(Array) },
          limits: expect.any(Array),
        },
      ],
    },
  },
};
