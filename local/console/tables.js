import { byId, call, element, replaceWhenChanged, setText } from './elements.js';
import { act, say } from './panel.js';

export function wireTables() {
  byId('redrive-all').addEventListener('click', ({ currentTarget }) => act(currentTarget, () => redrive({})));
  byId('dnc-now').addEventListener('click', ({ currentTarget }) => act(currentTarget, tellCxone));
  byId('plan-now').addEventListener('click', ({ currentTarget }) => act(currentTarget, showPlan));
}

export function showTables({ dnc, subscriptions, queues, counters, audit }) {
  const summary = `${dnc.pending} pending, ${dnc.synced} synced, ${dnc.failed} failed`;
  setText(byId('dnc-summary'), dnc.numbers.length === 0 ? 'Empty.' : summary);
  replaceWhenChanged(byId('dnc'), JSON.stringify(dnc.numbers), () => dnc.numbers.map(numberRow));
  setText(
    byId('subscriptions-summary'),
    subscriptions.length === 0 ? 'The stage file declares none.' : `${subscriptions.length} known.`,
  );
  replaceWhenChanged(byId('subscriptions'), JSON.stringify(subscriptions), () =>
    subscriptions.map(({ name, state }) =>
      element('li', {}, name, ' ', badge(state === 'active' ? 'routed' : 'retry', state)),
    ),
  );
  setText(byId('audit'), `${audit.records} records, chain ${audit.chain}`);
  void showParked(`${queues.deadLetter.visible + queues.deadLetter.inFlight} ${counters.parked}`);
}

const badge = (look, text) => element('span', { class: `badge ${look}` }, text);

function numberRow({ phoneNumber, preference, state }) {
  const looks = { pending: 'accepted', synced: 'routed', failed: 'parked' };
  return element(
    'tr',
    {},
    element('td', {}, phoneNumber),
    element('td', {}, preference === 'optOut' ? 'do not call' : 'may be called'),
    element('td', {}, badge(looks[state] ?? 'accepted', state)),
  );
}

let parkedKey = '0 0';

/** The dead-letter queue hides what it is asked for, so it is asked only when its count has changed. */
async function showParked(key) {
  if (key === parkedKey) return;
  parkedKey = key;
  try {
    const { total, events } = await call('/_local/dead-letters');
    byId('parked-none').hidden = total > 0;
    byId('redrive-all').hidden = total === 0;
    byId('parked').replaceChildren(...events.map(parkedItem));
    if (total > events.length) {
      byId('parked').append(
        element('li', {}, `${total - events.length} more wait behind these or are held by another command.`),
      );
    }
  } catch {
    parkedKey = ''; // asked again with the next state
  }
}

function parkedItem({ messageId, eventId, reason, detail, parkedAt }) {
  const name = eventId ?? messageId;
  const button = element('button', { type: 'button', 'aria-label': `Redrive ${name}` }, 'Redrive');
  button.addEventListener('click', () => act(button, () => redrive({ messageId })));
  return element(
    'li',
    {},
    element(
      'div',
      { class: 'row' },
      badge('parked', reason),
      element('time', { datetime: parkedAt }, new Date(parkedAt).toLocaleTimeString('en-GB')),
      button,
    ),
    element('code', {}, name),
    element('p', { class: 'hint' }, detail),
  );
}

async function redrive(which) {
  const { redriven } = await call('/_local/redrive', which);
  say(redriven === 0 ? 'Nothing to redrive: it is held elsewhere or gone.' : `${redriven} back in the queue.`);
}

async function tellCxone() {
  await call('/_local/invoke/dnc-batcher', {});
  say('The pending numbers were sent to CXone.');
}

async function showPlan() {
  const { plan } = await call('/_local/invoke/subscription-reconciler', { dryRun: true });
  const lines = plan.actions.map(({ type, name, reason }) =>
    element('li', {}, badge(type === 'keep' ? 'routed' : 'accepted', type), ` ${name}: ${reason}`),
  );
  byId('plan').replaceChildren(...(lines.length > 0 ? lines : [element('li', {}, 'Nothing would change.')]));
  say(`The plan has ${plan.actions.filter(({ type }) => type !== 'keep').length} changes.`);
}
