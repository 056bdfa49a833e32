import { byId, element } from './elements.js';

const SHOWN = 60;
const WORDS = {
  accepted: 'accepted',
  'queue-duplicate': 'dropped by the queue',
  rejected: 'rejected',
  routed: 'routed',
  duplicate: 'dropped by the window',
  parked: 'parked',
  retry: 'retried',
};

/** Puts new outcomes at the top; the log line of each is in its details. */
export function showOutcomes(outcomes) {
  const list = byId('outcomes');
  byId('outcomes-none').hidden = true;
  list.prepend(...outcomes.slice(-SHOWN).reverse().map(itemOf));
  while (list.children.length > SHOWN) list.lastElementChild.remove();
}

function itemOf({ at, kind, line }) {
  const time = new Date(at);
  const summary = element(
    'summary',
    {},
    element('time', { datetime: at }, time.toLocaleTimeString('en-GB')),
    element('span', { class: `badge ${kind}` }, WORDS[kind]),
    element('span', { class: 'what' }, whatOf(kind, line)),
  );
  return element(
    'li',
    {},
    element(
      'details',
      {},
      summary,
      element('pre', { tabindex: '0', role: 'group', 'aria-label': 'Log line' }, JSON.stringify(line, null, 2)),
    ),
  );
}

function whatOf(kind, { kind: eventKind = 'message', eventId, topic, reason, status, messageId }) {
  const id = eventId ?? messageId ?? '';
  const event = `${eventKind} ${id}`.trim();
  if (kind === 'rejected') return `${status} ${reason}`;
  if (kind === 'routed') return `${event} → ${topic ?? 'DNC queue'}`;
  if (kind === 'queue-duplicate') return `${event}: answered 202, the queue has it already`;
  if (kind === 'parked' || kind === 'retry') return `${event}: ${reason}`;
  return event;
}

const SAID = {
  'queue-duplicate':
    'The queue dropped it as a duplicate: it has this event already. CXone is answered 202 all the same.',
  duplicate: 'The window dropped it as a duplicate: it was routed before.',
  rejected: 'The relay refused it.',
  parked: 'It was parked with its reason; its neighbours go on.',
  retry: 'It could not be routed now. It is kept and tried again.',
};

/** What an outcome means, for the panel's line. */
export function saidOf({ kind, line }) {
  if (kind === 'routed') return `Routed to ${line.topic ?? 'the Do-Not-Call queue'}.`;
  return SAID[kind];
}
