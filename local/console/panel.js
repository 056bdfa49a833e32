import { byId, call, setText } from './elements.js';
import { saidOf } from './outcomes.js';

/** The event that was sent last, so that its outcomes can be told. */
let watched = { eventId: null, messageId: null, since: 0, expects: [] };

/** What ends the wait for an action's outcome. */
const EXPECTS = {
  new: ['routed', 'parked', 'retry'],
  repeat: ['queue-duplicate', 'duplicate'],
  'late-repeat': ['duplicate', 'parked', 'retry'],
  forge: ['routed', 'parked', 'retry'],
  poison: ['parked'],
};
let newestOutcome = 0;

export const say = (text) => setText(byId('said'), text);

export function wirePanel() {
  for (const button of document.querySelectorAll('[data-send]')) button.addEventListener('click', () => send(button));
  for (const button of document.querySelectorAll('[data-break]')) {
    button.addEventListener('click', () =>
      act(button, () =>
        breakPart(
          button.dataset.break,
          'Redis was flushed: the next events show that its bits are gone, and the ledger decides.',
        ),
      ),
    );
  }
  for (const button of document.querySelectorAll('[data-toggle]'))
    button.addEventListener('click', () => act(button, () => toggle(button)));
}

/** Runs a button's work; what goes wrong is said. */
export async function act(button, work) {
  button.setAttribute('aria-busy', 'true');
  try {
    await work();
  } catch (error) {
    say(`Not done: ${error.message}.`);
  } finally {
    button.removeAttribute('aria-busy');
  }
}

function send(button) {
  const action = button.dataset.send;
  return act(button, async () => {
    const since = newestOutcome;
    watched = { eventId: null, messageId: null, since, expects: [] };
    const sent = await call('/_local/send', { action, kind: byId('kind').value });
    say(answerOf(sent));
    if (sent.refusal !== null) return;
    watched = { ...sent, since, expects: EXPECTS[action] };
    tellOutcomes([]);
  });
}

function answerOf({ status, refusal }) {
  if (status === null) return 'Put into the queue.';
  if (refusal === null) return `Answered ${status}: it is durably queued.`;
  const then = status === 401 ? 'Nothing of it was read.' : 'It is not queued.';
  return `Answered ${status}: ${refusal}. ${status < 500 ? then : 'CXone would send it again.'}`;
}

/** Outcomes may be heard of before the answer is. */
let early = [];

export function tellOutcomes(outcomes) {
  early = [...early, ...outcomes].slice(-50);
  newestOutcome = Math.max(newestOutcome, ...outcomes.map(({ id }) => id));
  const { eventId, messageId, since, expects } = watched;
  const isOfIt = (line) => (eventId === null ? line.messageId === messageId : line.eventId === eventId);
  const mine = early.find(({ id, kind, line }) => id > since && expects.includes(kind) && isOfIt(line));
  if (mine === undefined) return;
  say(saidOf(mine));
  if (mine.kind === 'retry') watched.since = mine.id;
  else watched = { ...watched, expects: [] };
}

const TOGGLES = {
  redis: {
    broken: 'away',
    break: ['redis-away', 'Redis is away. Nothing is lost: the ledger decides alone.'],
    mend: ['redis-back', 'Redis is back.'],
    labels: ['Redis away', 'Bring Redis back'],
  },
  topics: {
    broken: 'failing',
    break: ['topics-fail', 'The topics fail. Events are kept, and tried again.'],
    mend: ['topics-back', 'The topics take events again.'],
    labels: ['Topics failing', 'Mend the topics'],
  },
};

const NOT_OURS = 'Not embedded in this relay, or not used by its stage';

function toggle(button) {
  const { break: breaks, mend } = TOGGLES[button.dataset.toggle];
  return breakPart(...('broken' in button.dataset ? mend : breaks));
}

async function breakPart(breakage, told) {
  showParts(await call('/_local/break', { breakage }));
  say(told);
}

export function showParts(parts) {
  for (const button of document.querySelectorAll('[data-toggle]')) {
    const part = parts[button.dataset.toggle];
    const { broken, labels } = TOGGLES[button.dataset.toggle];
    button.disabled = part === null;
    if (part === null) button.title = NOT_OURS;
    button.toggleAttribute('data-broken', part === broken); // the label says what it does: a pressed state would turn that round
    setText(button, part === broken ? labels[1] : labels[0]);
  }
  for (const button of document.querySelectorAll('[data-break]')) {
    button.disabled = parts.redis === null;
    if (button.disabled) button.title = NOT_OURS;
  }
}
