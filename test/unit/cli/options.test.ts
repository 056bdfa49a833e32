import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { relayCommand } from '../../support/command-line.ts';

const HASH = 'ab'.repeat(32);

describe('npx relay refuses with 64, says what to give instead, and asks no relay:', () => {
  it.each([
    ['', /Usage: relay/],
    ['dlq', /Usage: relay dlq/],
    ['shred', /unknown command 'shred'/],
    ['subscription plan', /Did you mean subscriptions/],
    ['dlq shred', /unknown command 'shred'/],
    ['dlq show a b', /too many arguments/],
    ['dlq show a --limit 3', /unknown option '--limit'/],
    ['dlq list x', /too many arguments/],
    ['dlq list --yes', /unknown option '--yes'/],
    ['dlq discard', /--yes, or --dry-run/],
    ['dlq discard --limit 0 --yes', /whole number from 1/],
    ['dlq export --yes', /unknown option '--yes'/],
    ['dlq import', /missing required argument 'file'/],
    ['dlq list --limit 1.5', /whole number from 1/],
    ['dlq list --limit', /argument missing/],
    ['dlq list --since yesterday', /2026-01-31/],
    ['dlq list --since 3w', /90m, 6h or 3d/],
    ['dlq list --bogus', /unknown option '--bogus'/],
    ['dlq list --local --stage prod', /cannot be used with/],
    ['dlq list --port 8787 --stage prod', /cannot be used with/],
    ['dlq list --port 70000', /whole number from 1 to 65535/],
    ['dlq list --stage Prod', /1 to 20 of a-z 0-9 -/],
    ['audit check', /unknown command 'check'/],
    ['audit verify dnc', /too many arguments/],
    [`audit verify --head 3:${HASH}`, /needs --stream/],
    ['audit verify --stream dnc --head 3:xyz', /64 hex digits/],
    [`audit verify --stream dnc --head 0:${HASH}`, /number and hash/],
    ['audit verify --limit 3', /unknown option '--limit'/],
    [`audit list --head 3:${HASH}`, /unknown option '--head'/],
    ['audit list --limit many', /whole number/],
    ['subscriptions deploy', /unknown command 'deploy'/],
    ['subscriptions plan now', /too many arguments/],
    ['dnc list --state lost', /pending, failed, synced/],
    ['dnc show', /missing required argument 'number'/],
    ['dnc show 4155550100', /\+14155550100/],
    ['dnc retry', /--all/],
    ['dnc retry +14155550100 --all', /--all/],
    ['interactions show', /missing required argument 'interactionId'/],
    ['send --url ftp://x', /http or https URL/],
    ['send --kind sms', /dnc, contact-action/],
    ['send --count 0', /--count/],
    ['send --count 1.5', /whole number/],
    ['send --rate fast', /number above 0/],
    ['send --file x --kind dnc', /cannot be used with/],
    ['soak --minutes 0', /from 0.2 to 1440/],
    ['soak --seed -1', /whole number from 0/],
  ])('%s', async (args, message) => {
    const { code, lines, notes, asked } = await relayCommand(args);
    expect({ code, lines, asked }).toEqual({ code: 64, lines: [], asked: [] });
    expect(notes.join('\n')).toMatch(message);
  });
});

describe('npx relay names the relay to work on', () => {
  it.each([
    ['dnc list', {}],
    ['dnc list --local', { local: true }],
    ['audit list --port 9000', { port: 9000 }],
    ['dlq list --stage prod --since 6h', { stage: 'prod' }],
    ['interactions i-1 --stage prod', { stage: 'prod' }],
    ['subscriptions plan --stage dev', { stage: 'dev' }],
    ['send --stage dev', { stage: 'dev' }],
    ['send --stage dev --url https://events.example.com/cxone/events', { stage: 'dev' }],
  ])('%s', async (args, target) => {
    const { code, notes, asked } = await relayCommand(args);
    expect(asked).toEqual([expect.objectContaining(target)]);
    expect({ code, notes }).toEqual({ code: 1, notes: ['error: no relay here'] });
  });
});

/** Words that the commands know, so that garbage gets far, and words that nobody knows. */
const WORDS = fc.oneof(
  fc.constantFrom('send', 'dnc', 'interactions', 'subscriptions', 'dlq', 'audit', 'capacity', 'help', '--', '-'),
  fc.constantFrom('list', 'show', 'retry', 'plan', 'apply', 'redrive', 'discard', 'verify', '--json', '--help', '-h'),
  fc.constantFrom(
    '--stage',
    '--local',
    '--port',
    '--limit',
    '--since',
    '--head',
    '--stream',
    '--all',
    '--yes',
    '--kind',
  ),
  fc.constantFrom(
    '--events-per-second',
    '--batch',
    '--file',
    '--count',
    '--rate',
    '--state',
    '--unmasked',
    '--dry-run',
  ),
  fc.constantFrom('prod', '1', '0', '-1', '1e99', 'NaN', '__proto__', '--__proto__', '--constructor=x', '+14155550100'),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string().map((text) => `--${text}`),
);

describe('whatever is typed,', () => {
  const NO_STACK = /^\s+at |TypeError|ReferenceError|undefined|\[object/m;

  it('the end is one of the exit codes, and no stack is shown', async () => {
    const told: number[] = [];
    await fc.assert(
      fc.asyncProperty(fc.array(WORDS, { maxLength: 7 }), async (args) => {
        const { code, lines, notes } = await relayCommand(args);
        told.push(code);
        expect([0, 1, 64]).toContain(code);
        expect(notes.join('\n')).not.toMatch(NO_STACK);
        if (code !== 0) expect({ lines, told: notes.length > 0 }).toEqual({ lines: [], told: true });
      }),
      { numRuns: 1500 },
    );
    expect(new Set(told)).toEqual(new Set([0, 1, 64])); // the words reach beyond the parser
  });

  it('an option that nobody knows is a mistake, wherever it stands', async () => {
    const commands = [
      'send',
      'dnc list',
      'interactions show i-1',
      'subscriptions plan',
      'dlq redrive',
      'audit verify',
      'soak',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...commands),
        fc.stringMatching(/^--zz[^=\s]{0,8}$/),
        async (command, option) => {
          const { code, lines, notes, asked } = await relayCommand([...command.split(' '), option]);
          expect({ code, lines, asked }).toEqual({ code: 64, lines: [], asked: [] });
          expect(notes[0]).toMatch(/unknown option/);
        },
      ),
    );
  });
});
