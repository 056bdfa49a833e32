import { byId, element, setText } from './elements.js';

/** The steps of design's picture; each row of a step is a number of the state. */
const STEPS = [
  ['received', 'CXone', 'posts webhooks', [['received', 'received']]],
  [
    'door',
    'webhook-receiver',
    'authenticates, validates, identifies',
    [
      ['accepted', 'accepted'],
      ['rejected', 'rejected'],
    ],
  ],
  [
    'queue',
    'events queue',
    'one group a contact',
    [
      ['waiting', 'waiting'],
      ['queueDuplicates', 'repeats dropped'],
    ],
  ],
  [
    'router',
    'dedup-router',
    'Bloom window, then exact ledger',
    [
      ['duplicates', 'repeats dropped'],
      ['retried', 'retried'],
      ['ledgerReads', 'ledger reads'],
      ['filterUnavailable', 'batches without Redis'],
    ],
  ],
  ['topics', 'destinations', 'topics, Do-Not-Call queue: each event once', [['routed', 'routed']]],
  [
    'parked',
    'dead letters',
    'kept with their reason',
    [
      ['parked', 'parked'],
      ['lying', 'lying there'],
    ],
  ],
  [
    'dnc',
    'Do-Not-Call',
    'told to CXone each minute',
    [
      ['pending', 'pending'],
      ['synced', 'synced'],
      ['failed', 'failed'],
    ],
  ],
  [
    'subscriptions',
    'subscriptions',
    'reconciled every 5 minutes',
    [
      ['subscriptions', 'known'],
      ['active', 'active'],
    ],
  ],
];

const numbers = new Map();
const lists = new Map();

export function drawPicture() {
  byId('way').append(
    ...STEPS.map(([id, title, does, rows]) => {
      const values = rows.map(([key, label]) => {
        const value = element('dd', {}, '0');
        numbers.set(key, value);
        return element('div', { 'data-number': key }, element('dt', {}, label), value);
      });
      const list = element('ul', { class: 'breakdown' });
      lists.set(id, list);
      const note = element('p', { class: 'note', hidden: '' });
      lists.set(`${id}-note`, note);
      return element(
        'li',
        { class: `step step-${id}`, id: `step-${id}` },
        element('h3', {}, title),
        element('p', { class: 'does' }, does),
        element('dl', {}, ...values),
        list,
        note,
      );
    }),
  );
}

export function showPicture({ state, rejectedByReason, routedByDestination, filter, parts }) {
  const { counters, queues, dnc, subscriptions } = state;
  const values = {
    ...counters,
    waiting: queues.events.visible + queues.events.inFlight,
    ledgerReads: filter.ledgerReads,
    filterUnavailable: filter.unavailable,
    lying: queues.deadLetter.visible + queues.deadLetter.inFlight,
    pending: dnc.pending,
    synced: dnc.synced,
    failed: dnc.failed,
    subscriptions: subscriptions.length,
    active: subscriptions.filter((one) => one.state === 'active').length,
  };
  for (const [key, node] of numbers) showNumber(node, values[key] ?? 0);
  showBreakdown('door', rejectedByReason);
  showBreakdown('topics', routedByDestination);
  showNote('router', [
    ...(parts.redis === 'away' ? ['Redis is away: the ledger decides'] : []),
    ...(counters.filterDamaged > 0 ? [`lost bits noticed: ${counters.filterDamaged}`] : []),
  ]);
  showNote('topics', parts.topics === 'failing' ? ['failing: events wait and are retried'] : []);
  setText(byId('dropped'), counters.duplicates + counters.queueDuplicates);
  setText(byId('dropped-queue'), counters.queueDuplicates);
  setText(byId('dropped-window'), counters.duplicates);
}

function showNumber(node, value) {
  const text = value.toLocaleString('en');
  if (node.textContent === text) return;
  node.textContent = text;
  node.classList.remove('changed');
  void node.offsetWidth; // begins the animation anew
  node.classList.add('changed');
}

function showBreakdown(step, counts) {
  const items = Object.entries(counts).map(([name, count]) =>
    element('li', {}, `${name} `, element('b', {}, `${count}`)),
  );
  lists.get(step).replaceChildren(...items);
}

function showNote(step, lines) {
  const note = lists.get(`${step}-note`);
  note.hidden = lines.length === 0;
  setText(note, lines.join('; '));
}
