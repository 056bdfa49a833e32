import { byId, call, element, replaceWhenChanged, setText } from './elements.js';
import { act, say } from './panel.js';

export function wireTables() {
  byId('dnc-scroll').tabIndex = 0; // by keyboard one scrolls what has the focus
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
    subscriptions.length === 0
      ? 'None. What the stage file declares is shown once it is reconciled.'
      : `${subscriptions.length} known.`,
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
    const more = total - events.length;
    const behind = `${more} more wait behind these or are held by another command.`;
    replaceParked([...events.map(parkedItem), ...(more > 0 ? [element('li', {}, behind)] : [])]);
  } catch {
    parkedKey = ''; // asked again with the next state
  }
}

/** Focus stays with the same letter, or goes to one that is left: a keyboard would begin at the top of the page anew. */
function replaceParked(items) {
  const list = byId('parked');
  const held = list.contains(document.activeElement) ? document.activeElement.ariaLabel : null;
  list.replaceChildren(...items);
  if (held === null) return;
  const buttons = [...list.querySelectorAll('button')];
  (buttons.find(({ ariaLabel }) => ariaLabel === held) ?? buttons[0] ?? byId('parked-title')).focus();
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
  const { status, confirmed, remaining, failedInAll } = await call('/_local/invoke/dnc-batcher', {});
  if (status === 'busy') return say('Not sent by this: another run holds the Do-Not-Call queue.');
  say(`Confirmed by CXone: ${confirmed}; still pending: ${remaining}; failed in all: ${failedInAll}.`);
}

async function showPlan() {
  const { plan } = await call('/_local/invoke/subscription-reconciler', { dryRun: true });
  const lines = plan.actions.map(({ type, name, reason }) =>
    element('li', {}, badge(type === 'keep' ? 'routed' : 'accepted', type), ` ${name}: ${reason}`),
  );
  byId('plan').replaceChildren(...(lines.length > 0 ? lines : [element('li', {}, 'Nothing would change.')]));
  const changes = plan.actions.filter(({ type }) => ['create', 'update', 'delete'].includes(type)).length;
  say(
    plan.limitError === undefined
      ? `The plan has ${changes} changes.`
      : `Nothing of it can be done: ${plan.limitError}.`,
  );
}
