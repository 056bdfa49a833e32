import { parseArgs } from 'node:util';
import { EVENT_KINDS, type EventKind } from '../../lib/events/kinds.ts';
import { orUsageError, UsageError } from '../shared/usage-error.ts';

export interface SendOptions {
  url: URL;
  secret: string;
  kind: EventKind;
  contact: string | undefined;
  count: number;
  repeat: number;
  ratePerSecond: number | undefined;
  connections: number;
  file: string | undefined;
}

export const SEND_HELP = `Signs events and posts them to a relay, local or deployed.

  npm run send -- [options]

  --url URL          webhook to post to           (http://127.0.0.1:8787/cxone/events)
  --secret TEXT      signing secret               (local-webhook-secret)
  --kind KIND        ${EVENT_KINDS.join(', ')}  (contact-action)
  --contact ID       contact, interaction or phone number of all events  (spread over a few)
  --count N          events                       (1)
  --repeat N         times each is sent in all, with other transient fields and key order  (1)
  --rate N           requests a second            (as fast as they are answered)
  --connections N    side by side; events of one contact keep to one  (4)
  --file PATH        sends the events of this file instead of samples: JSON, a JSON array, or a JSON value a line
  --help

Ends with 1 when anything was answered other than 202.

Ten events, each sent twice, to the relay of "npm start":
  npm run send -- --count 10 --repeat 2
`;

/** undefined: help was asked for. @throws UsageError */
export function parseSendOptions(args: readonly string[]): SendOptions | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  const url = values.url ?? 'http://127.0.0.1:8787/cxone/events';
  if (!/^https?:/.test(url) || !URL.canParse(url)) throw new UsageError(`--url: "${url}" is no http or https URL`);
  const kind = EVENT_KINDS.find((candidate) => candidate === (values.kind ?? 'contact-action'));
  if (kind === undefined) throw new UsageError(`--kind: "${values.kind}" must be one of ${EVENT_KINDS.join(', ')}`);
  if (values.file !== undefined && (values.kind ?? values.contact ?? values.count) !== undefined) {
    throw new UsageError('--file brings its own events: leave out --kind, --contact and --count');
  }
  return {
    url: new URL(url),
    secret: values.secret ?? 'local-webhook-secret',
    kind,
    contact: values.contact,
    count: wholeNumber('count', values.count) ?? 1,
    repeat: wholeNumber('repeat', values.repeat) ?? 1,
    ratePerSecond: positive('rate', values.rate),
    connections: wholeNumber('connections', values.connections) ?? 4,
    file: values.file,
  };
}

function parse(args: readonly string[]) {
  const { values } = orUsageError(() =>
    parseArgs({
      args: [...args],
      options: {
        url: { type: 'string' },
        secret: { type: 'string' },
        kind: { type: 'string' },
        contact: { type: 'string' },
        count: { type: 'string' },
        repeat: { type: 'string' },
        rate: { type: 'string' },
        connections: { type: 'string' },
        file: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }),
  );
  return values;
}

function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!(number > 0) || !Number.isFinite(number)) throw new UsageError(`--${name}: "${text}" must be a number above 0`);
  return number;
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  const number = positive(name, text);
  if (number !== undefined && !Number.isSafeInteger(number)) {
    throw new UsageError(`--${name}: "${text}" must be a whole number`);
  }
  return number;
}
