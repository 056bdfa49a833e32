import { describe, expect, it } from '@jest/globals';
import { parseAuditOptions } from '../../../cli/audit/options.ts';
import { parseDlqOptions } from '../../../cli/dlq/options.ts';
import { UsageError } from '../../../cli/shared/usage-error.ts';
import { parseSubscriptionsOptions } from '../../../cli/subscriptions/options.ts';

const NOW_MS = Date.UTC(2026, 0, 31, 12);
const words = (text: string) => text.split(' ').filter((word) => word !== '');
const dlq = (text: string) => parseDlqOptions(words(text), NOW_MS);
const audit = (text: string) => parseAuditOptions(words(text));
const subscriptions = (text: string) => parseSubscriptionsOptions(words(text));
const HASH = 'ab'.repeat(32);

describe('npm run dlq understands', () => {
  it('each command with its filters', () => {
    const filter = { reason: 'no-topic', eventId: undefined, sinceMs: NOW_MS - 6 * 3_600_000 };
    expect(dlq('list --reason no-topic --since 6h --limit 5 --stage prod')).toEqual({
      stage: 'prod',
      port: undefined,
      command: { do: 'list', filter, limit: 5, json: false },
    });
    expect(dlq('redrive --event-id x --since 2026-01-31T11:00:00Z --dry-run')?.command).toEqual({
      do: 'redrive',
      filter: { reason: undefined, eventId: 'x', sinceMs: NOW_MS - 3_600_000 },
      limit: Number.POSITIVE_INFINITY,
      dryRun: true,
    });
    expect(dlq('show abc')?.command).toEqual({ do: 'show', id: 'abc' });
    expect([dlq(''), dlq('list --help')]).toEqual([undefined, undefined]);
  });

  it.each([
    ['shred', /list, show, redrive, discard/],
    ['show', /one id/],
    ['show a b', /one id/],
    ['show a --limit 3', /--limit does not belong to "show"/],
    ['list x', /takes no ids/],
    ['list --yes', /--yes does not belong to "list"/],
    ['redrive --json', /--json does not belong/],
    ['discard', /--yes/],
    ['discard --limit 0 --yes', /whole number/],
    ['list --limit 1.5', /whole number/],
    ['list --limit', /argument missing|not specified/],
    ['list --since yesterday', /2026-01-31/],
    ['list --since 3w', /90m, 6h or 3d/],
    ['list --bogus', /Unknown option/],
  ])('refuses "%s" and says what to give', (text, message) => {
    expect(() => dlq(text)).toThrow(UsageError);
    expect(() => dlq(text)).toThrow(message);
  });
});

describe('npm run audit understands', () => {
  it('both commands', () => {
    expect(audit(`verify --stream dnc --head 42:${HASH} --json`)?.command).toEqual({
      do: 'verify',
      stream: 'dnc',
      head: { seq: 42, hash: HASH },
      json: true,
    });
    expect(audit('list')?.command).toEqual({ do: 'list', stream: undefined, limit: 20, json: false });
    expect(audit('-h')).toBeUndefined();
  });

  it.each([
    ['check', /verify and list/],
    ['verify dnc', /--stream dnc/],
    [`verify --head 3:${HASH}`, /needs --stream/],
    ['verify --stream dnc --head 3:xyz', /64 hex digits/],
    [`verify --stream dnc --head 0:${HASH}`, /number and hash/],
    ['verify --limit 3', /belongs to "list"/],
    [`list --head 3:${HASH}`, /belongs to "verify"/],
    ['list --limit many', /whole number/],
  ])('refuses "%s" and says what to give', (text, message) => {
    expect(() => audit(text)).toThrow(UsageError);
    expect(() => audit(text)).toThrow(message);
  });
});

describe('npm run subscriptions understands', () => {
  it('its three commands', () => {
    expect(subscriptions('plan --port 9000')).toEqual({ stage: undefined, port: '9000', command: 'plan', json: false });
    expect(subscriptions('--help plan')).toBeUndefined();
  });

  it.each([
    ['deploy', /plan, apply, list/],
    ['plan now', /not "now"/],
    ['plan --yes', /Unknown option/],
  ])('refuses "%s" and says what to give', (text, message) => {
    expect(() => subscriptions(text)).toThrow(UsageError);
    expect(() => subscriptions(text)).toThrow(message);
  });
});
