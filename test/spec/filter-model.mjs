// biome-ignore-all lint/suspicious/noAssignInExpressions: compact on purpose, it is read as a specification
// The Bloom window, the filter record and the ledger (design.md §4, §5) as an executable specification with its checker.
// Plain Node, no dependencies. Every `yield` is a network call; between two calls anything may happen (other routers, faults, time).
//
//   node filter-model.mjs random [--runs 100000] [--from 0] [--no element | --set element=value]…   many random interleavings
//   node filter-model.mjs exhaustive [scope] [--no element]…                                          every interleaving of a tiny scope
//   node filter-model.mjs replay SEED                                                                print one random run
//
// Checked: G1 acknowledged only if published or a true duplicate. G2 nothing new is answered "duplicate". G3 no event within a window of a
// committed original is published. Also: everything drains once the faults stop; no damage is reported where nothing was lost.
import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';

export const S = 1000,
  MIN = 60 * S,
  H = 60 * MIN,
  DAY = 24 * H,
  WINDOW = 72 * H,
  TIMEOUT = MIN,
  VISIBILITY = 6 * TIMEOUT;
export const ERR = 'error';
export const genOf = (ms) => Math.floor(ms / DAY),
  startOf = (n) => n * DAY;
const max = (...xs) => Math.max(...xs),
  within = (a, b) => Math.abs(a - b) < WINDOW;

/** Every element of the protocol, so that each can be taken out and the checker must notice. */
export const RULES = {
  sinceMs: true, // a Bloom "new" is believed only from sinceMs + window on
  cover: true, // an event without confirmed bits: sinceMs reaches its receivedAt before it is committed
  list: true, // a generation is listed, under its stamp, before an event in it is committed
  listIf: true, // …unless it is listed under another stamp already
  stamp: true, // a listed generation must answer with the listed stamp
  damageIf: true, // the damage write gives way if another router has changed those stamps
  again: true, // no answer or a contradiction: one more call (spares false alarms and needless moves)
  counts: true, // a count lower than this process has seen makes the script renew the stamp (rollbacks)
  lead: 5 * MIN, // how far ahead sinceMs is moved: more than clocks differ
  young: 12 * H, // older events do not go to Redis
  askNewer: 1,
  askOlder: Math.ceil(WINDOW / DAY), // generations asked around the event's own
  lifeDays: 6, // of a generation, from its start
  strong: true, // reads of record and ledger
  ledger: true, // "maybe" is confirmed in the ledger
  neverLower: true, // a commit never lowers receivedAt
  copies: 'wait', // copies in a batch: compared by receivedAt; a second original waits for the next batch
  ttlSlack: 28 * DAY, // expiresAt = receivedAt + window + this
};

// ───────────────────────────────────────── the router: the specification ─────────────────────────────────────────
/** One batch. `r`: now() its clock, fresh() a random stamp, seen = {generation: {stamp, adds}} what this process remembers. */
export function* router(r, batch, P) {
  const t = r.now(),
    young = batch.filter((m) => t - m.r < P.young);
  const call = () => ({
    op: 'script',
    stamp: r.fresh(),
    seen: P.counts ? { ...r.seen } : {},
    events: young.map((m) => {
      const own = genOf(m.r),
        ask = [];
      for (let n = own + P.askNewer; n >= own - P.askOlder; n--) ask.push(n);
      return { id: m.id, key: m.key, own, ask };
    }),
  });

  // 1. Redis and the filter record, side by side. No record: nothing was ever committed.
  const skip = { op: 'skip' };
  let [reply, rec] = yield [young.length ? call() : skip, { op: 'readRecord' }];
  if (rec === ERR) return yield* answer(batch, new Map());
  rec ??= { sinceMs: 0, listed: {} };

  // 2. Believe or ask. Only this first reply is ever believed.
  const differs = () =>
    Object.keys(reply.gens).filter((n) => P.stamp && n in rec.listed && rec.listed[n] !== reply.gens[n].stamp);
  const trouble = () => young.length > 0 && (!reply || differs().length > 0);
  const believed = (m) =>
    young.includes(m) && !trouble() && reply.verdicts[m.id] === 'new' && (!P.sinceMs || m.r >= rec.sinceMs + WINDOW);
  const asked = batch.filter((m) => !believed(m));

  // 3. The ledger; beside it, if there was trouble, the second call, whose reply then counts.
  const retry = P.again && trouble(),
    [found, second] = yield [asked.length ? get(asked) : skip, retry ? call() : skip];
  if (retry) reply = second;
  for (const [n, g] of Object.entries(reply?.gens ?? {})) if (g.stamp) r.seen[n] = { stamp: g.stamp, adds: g.adds };
  const { fresh, fate, copies } = decide(r, batch, asked, found, P);

  // 4. Still a contradiction: bits were lost. One conditional write moves sinceMs and lists the stamps as they are now.
  let confirmed = !!reply && young.length > 0;
  if (confirmed && differs().length) {
    const bad = differs(),
      was = rec.listed,
      to = max(r.now(), ...batch.map((m) => m.r)) + P.lead;
    yield [
      {
        op: 'updateRecord',
        damaged: true,
        change: (c) => {
          if (P.damageIf && bad.some((n) => c.listed[n] !== was[n])) return null; // another router was first
          for (const n of bad)
            if (reply.gens[n].stamp) c.listed[n] = reply.gens[n].stamp;
            else delete c.listed[n];
          return { ...c, sinceMs: max(c.sinceMs, to) };
        },
      },
    ];
    confirmed = false; // step 6 covers this batch; it is a refused write if this one has done it already
  }

  // 5. List the generations of what is about to be committed.
  const unlisted = confirmed
    ? [...new Set(fresh.filter((m) => young.includes(m)).map((m) => genOf(m.r)))].filter((n) => !(n in rec.listed))
    : [];
  if (P.list && unlisted.length) {
    const [done] = yield [
      {
        op: 'updateRecord',
        change: (c) => {
          c ??= { sinceMs: 0, listed: {} };
          if (P.listIf && unlisted.some((n) => n in c.listed && c.listed[n] !== reply.gens[n].stamp)) return null;
          for (const n of unlisted) c.listed[n] = reply.gens[n].stamp;
          return c;
        },
      },
    ];
    confirmed = done === 'ok';
  }

  // 6. Cover what has no confirmed bits. Refused means that sinceMs is there already.
  const bare = fresh.filter((m) => m.r > rec.sinceMs && !(confirmed && young.includes(m)));
  if (P.cover && bare.length) {
    const need = max(...bare.map((m) => m.r));
    const [done] = yield [
      { op: 'updateRecord', change: (c) => (c?.sinceMs >= need ? null : { listed: {}, ...c, sinceMs: need + P.lead }) },
    ];
    if (done === ERR) return yield* answer(batch, new Map([...fate].filter(([, f]) => f === 'duplicate')));
  }

  // 7. Publish, 8. commit, 9. answer.
  return yield* publishAndCommit(batch, fresh, fate, copies, found, P);
}

const get = (msgs) => ({ op: 'get', keys: [...new Set(msgs.map((m) => m.key))] });
/** Records in their order: duplicate of the ledger's original, copy of a new one in this batch, new, or retry. */
export function decide(r, batch, asked, found, P) {
  const fresh = [],
    fate = new Map(),
    copies = new Map(),
    blocked = new Set(),
    met = new Map();
  for (const m of batch) {
    const first = met.get(m.key),
      item = found !== ERR && found?.[m.key];
    if (!first) met.set(m.key, m);
    if (blocked.has(m.group) || (found === ERR && asked.includes(m))) {
      fate.set(m, 'retry');
      blocked.add(m.group);
    } else if (P.copies === 'first' && first) copies.set(m, first);
    else if (P.ledger ? item && within(item.r, m.r) : asked.includes(m)) fate.set(m, 'duplicate');
    else if (P.copies !== 'none' && fresh.some((f) => f.key === m.key && within(f.r, m.r)))
      copies.set(
        m,
        fresh.find((f) => f.key === m.key && within(f.r, m.r)),
      );
    else if (P.copies === 'wait' && first) {
      fate.set(m, 'retry');
      blocked.add(m.group);
    } // new, but its elders must be answered first
    else fresh.push(m);
  }
  r.stat(batch.length - asked.length, asked.length);
  return { fresh, fate, copies };
}
export function* publishAndCommit(batch, fresh, fate, copies, found, P) {
  if (fresh.length) {
    const [sent] = yield [{ op: 'publish', msgs: fresh }],
      published = fresh.filter((_, i) => sent[i]),
      items = {};
    for (const m of published) items[m.key] = P.neverLower ? max(m.r, items[m.key] ?? 0, found?.[m.key]?.r ?? 0) : m.r;
    const [done] = published.length ? yield [{ op: 'commit', items, published }] : [];
    if (done === 'ok') for (const m of published) fate.set(m, 'routed');
  }
  for (const [m, first] of copies) if (['routed', 'duplicate'].includes(fate.get(first))) fate.set(m, 'duplicate');
  return yield* answer(batch, fate);
}
export function* answer(batch, fate) {
  yield [{ op: 'answer', outcomes: batch.map((m) => [m, fate.get(m) ?? 'retry']) }];
}

// ───────────────────────────────────────── the world: Redis, DynamoDB, SQS, Kafka, clocks ─────────────────────────────────────────
export class Violation extends Error {
  constructor(kind, text) {
    super(`${kind}: ${text}`);
    this.kind = kind;
  }
}
const copy = (x) => (x === undefined || x === null ? x : JSON.parse(JSON.stringify(x)));

export class World {
  constructor(scenario, P, protocol = router) {
    Object.assign(this, {
      P,
      protocol,
      now: scenario.messages[0].at,
      stamps: 0,
      record: null,
      recordBefore: null,
      recordAt: -1,
      ledger: {},
      published: [],
      late: [],
      lost: false,
      silent: false,
      log: [],
      steps: 0,
      stats: { believed: 0, asked: 0, damaged: 0, falseAlarms: 0, moves: 0, afterRollback: 0, forgotten: 0 },
    });
    this.redis = { up: true, keys: {}, old: [] };
    this.redrive = scenario.redrive;
    this.msgs = scenario.messages.map((m, id) => ({
      ...m,
      id,
      state: m.at <= this.now ? 'queued' : 'future',
      visibleAt: 0,
    }));
    this.routers = scenario.skews.map((skew, i) => ({
      name: 'ABC'[i],
      skew,
      off: false,
      seen: {},
      mem: {},
      run: null,
      pending: [],
      history: [],
      now: () => this.now + skew,
      fresh: () => `s${++this.stamps}`,
      stat: (b, a) => {
        this.stats.believed += b;
        this.stats.asked += a;
      },
    }));
  }

  // ── SQS FIFO: a group with a message in flight or backing off is locked
  free() {
    const locked = new Set(this.msgs.filter((m) => m.state === 'flight').map((m) => m.group));
    return this.msgs.filter((m) => m.state === 'queued' && !locked.has(m.group));
  }
  take(r, msgs) {
    r.batch = msgs;
    r.deadline = this.now + TIMEOUT;
    r.history = [];
    for (const m of msgs) {
      m.state = 'flight';
      m.visibleAt = this.now + VISIBILITY;
    }
    r.run = this.protocol(r, msgs, this.P);
    this.resume(r);
  }
  resume(r, results) {
    r.history.push(results, this.now);
    const { value, done } = r.run.next(results);
    if (done) Object.assign(r, { run: null, pending: [], batch: [], history: [] });
    else r.pending = value.map((op) => (op.op === 'skip' ? { op, result: undefined } : { op }));
    if (r.run && r.pending.every((x) => 'result' in x))
      this.resume(
        r,
        r.pending.map((x) => x.result),
      );
  }
  crash(r) {
    Object.assign(r, { run: null, pending: [], batch: [], history: [], seen: {}, mem: {} });
  }
  pass(ms) {
    this.now += ms;
    for (const r of this.routers) if (r.run && r.deadline <= this.now) this.crash(r); // the Lambda's time-out
    for (const m of this.msgs)
      if ((m.state === 'future' && m.at <= this.now) || (m.state === 'flight' && m.visibleAt <= this.now))
        m.state = 'queued';
    for (const [k, g] of Object.entries(this.redis.keys)) if (g.expireAt <= this.now) delete this.redis.keys[k];
    for (const [k, i] of Object.entries(this.ledger)) if (i.expiresAt <= this.now) delete this.ledger[k];
    this.late = this.late.filter((l) => l.until > this.now);
  }

  // ── one network call, executed at this instant; `how` is ok or a fault
  exec(r, op, how) {
    this.steps++;
    switch (op.op) {
      case 'script':
        if (!this.redis.up || r.off || how === 'fail') return null;
        if (how === 'late') {
          this.late.push({ op, until: this.now + MIN });
          return null;
        } // the client gives up, Redis works it later
        {
          const reply = this.script(op, how === 'fp');
          return how === 'lost' ? null : reply;
        }
      case 'readRecord':
        return how === 'fail' ? ERR : copy(how === 'stale' ? this.recordBefore : this.record);
      case 'updateRecord': {
        if (how === 'fail') return ERR;
        const next = op.change(copy(this.record));
        if (next) {
          if (op.damaged) {
            this.stats.damaged++;
            if (!this.lost) this.stats.falseAlarms++;
          }
          if (next.sinceMs > (this.record?.sinceMs ?? 0)) this.stats.moves++;
          this.recordBefore = this.record;
          this.record = next;
          this.recordAt = this.now;
        }
        return how === 'lost' ? ERR : next ? 'ok' : 'refused';
      }
      case 'get':
        return how === 'fail'
          ? ERR
          : Object.fromEntries(
              op.keys.map((k) => [k, copy(how === 'stale' ? this.ledger[k]?.before : this.ledger[k])]),
            );
      case 'publish':
        return op.msgs.map((m, i) => {
          const appended = how === 'ok' || how === 'lost' || (how === 'partial' && i === 0);
          if (appended) this.append(r, m);
          return appended && how !== 'lost';
        });
      case 'commit':
        if (how !== 'fail')
          Object.entries(op.items).forEach(([k, at], i) => {
            if (how === 'partial' && i > 0) return;
            const { before, ...was } = this.ledger[k] ?? {};
            this.ledger[k] = {
              r: at,
              expiresAt: at + WINDOW + this.P.ttlSlack,
              at: this.now,
              before: was.r === undefined ? undefined : was,
            };
            for (const p of this.published) if (op.published.includes(p.m)) if (p.m.key === k) p.committed = true;
          });
        return how === 'ok' ? 'ok' : ERR;
      case 'answer':
        for (const [m, outcome] of op.outcomes) {
          this.checkAnswer(m, outcome);
          if (outcome === 'retry') m.visibleAt = this.now + 2 * S;
          else m.state = 'done';
        }
        return 'ok';
      default:
        return 'ok'; // wait, skip
    }
  }
  script({ events, stamp, seen, prefix = '' }, falsePositive) {
    const at = (n) => this.redis.keys[prefix + n],
      gens = {},
      wanted = new Set(events.flatMap((e) => [...e.ask, ...(e.own === null ? [] : [e.own])]));
    for (const [n, s] of Object.entries(seen ?? {}))
      if (at(n)?.stamp === s.stamp && at(n).adds < s.adds) at(n).stamp = stamp; // rolled back: make it visible
    for (const n of wanted) gens[n] = { existed: !!at(n) };
    const verdicts = Object.fromEntries(
      events.map((e) => {
        const maybe = falsePositive || e.ask.some((n) => at(n)?.bits[e.key]);
        if (e.own !== null) {
          const g = (this.redis.keys[prefix + e.own] ??= {
            stamp,
            adds: 0,
            bits: {},
            expireAt: startOf(e.own) + this.P.lifeDays * DAY,
          });
          g.adds++;
          g.bits[e.key] = true;
          if (g.expireAt <= this.now) delete this.redis.keys[prefix + e.own];
        }
        return [e.id, maybe ? 'maybe' : 'new'];
      }),
    );
    for (const n of wanted) Object.assign(gens[n], { stamp: at(n)?.stamp, adds: at(n)?.adds ?? 0 });
    if (this.keepOld) for (const n of wanted) if (at(n)) this.redis.old.push([prefix + n, copy(at(n))]);
    return { verdicts, gens };
  }
  loseKeys(keys) {
    for (const k of keys) {
      if (this.redis.keys[k]) this.lost = true;
      delete this.redis.keys[k];
    }
  }
  rollback(i) {
    const [k, g] = this.redis.old[i];
    if (g.expireAt > this.now) {
      this.redis.keys[k] = copy(g);
      this.lost = true;
    }
    if (this.redis.old.some(([j, o], x) => x > i && j === k && (o.stamp === g.stamp || this.P.stamps === false)))
      this.silent = true; // the known limit
  }

  // ── the guarantees
  append(r, m) {
    const same = this.published.filter((p) => p.m.key === m.key && (p.committed || p.batch === r.batch)),
      original = same.find((p) => within(p.m.r, m.r));
    if (original && this.silent)
      this.stats.afterRollback++; // known limit: bits vanished under an unchanged stamp
    else if (original && this.redrive && same.some((p) => p.m.r >= m.r + WINDOW))
      this.stats.forgotten++; // known limit: the ledger keeps the newest original
    else if (original)
      throw new Violation(
        'G3',
        `#${m.id} published, though #${original.m.id} of the same key is an original ${(m.r - original.m.r) / H} h before`,
      );
    this.published.push({ m, batch: r.batch, committed: false });
  }
  checkAnswer(m, outcome) {
    if (outcome === 'routed' && !this.published.some((p) => p.m === m))
      throw new Violation('G1', `#${m.id} acknowledged, never published`);
    if (outcome === 'duplicate' && !this.published.some((p) => p.m.key === m.key && within(p.m.r, m.r)))
      throw new Violation('G2', `#${m.id} is new, answered duplicate`);
  }
}

// ───────────────────────────────────────── actions: what may happen next ─────────────────────────────────────────
const FAULTS = {
  script: ['fail', 'lost', 'late'],
  readRecord: ['fail'],
  updateRecord: ['fail', 'lost'],
  get: ['fail'],
  publish: ['fail', 'lost', 'partial'],
  commit: ['fail', 'lost', 'partial'],
  answer: [],
  wait: [],
  skip: [],
};
/** Applies one action (a string, so that traces can be replayed and shrunk); false if it is not possible now. */
export function apply(w, action) {
  const [who, what, arg] = action.split(' '),
    r = w.routers.find((x) => x.name === who);
  if (r) {
    if (what === 'take') {
      if (r.run) return false;
      let msgs = w.free().filter((m) => !arg || arg.startsWith('*') || m.group === arg.replace('!', ''));
      if (arg?.includes('!')) msgs = msgs.slice(0, 1);
      if (msgs.length === 0) return false;
      w.take(r, msgs);
      return true;
    }
    if (what === 'crash') {
      w.crash(r);
      return true;
    }
    if (what === 'redeploy') {
      if (r.run) return false;
      w.crash(r);
      r.off = !r.off;
      return true;
    } // dedup.filter: "off" and back
    const p = r.pending.find((x) => x.op.op === what && !('result' in x));
    if (!p || (what === 'wait' && w.now < p.op.until)) return false;
    if (
      arg === 'stale' &&
      !(what === 'readRecord'
        ? w.now - w.recordAt < S
        : p.op.keys?.some((k) => w.ledger[k] && w.now - w.ledger[k].at < S))
    )
      return false;
    p.result = w.exec(r, p.op, arg);
    if (w.keepLog) w.log.push(`        → ${JSON.stringify(p.result)}`);
    if (r.pending.every((x) => 'result' in x))
      w.resume(
        r,
        r.pending.map((x) => x.result),
      );
    return true;
  }
  if (who === 'time') {
    const to = what === 'next' ? nextTime(w) : w.now + Number(what);
    if (to === undefined) return false;
    w.pass(to - w.now);
    return true;
  }
  if (what === 'flush') {
    w.loseKeys(Object.keys(w.redis.keys));
    return true;
  }
  if (what === 'evict') {
    if (!w.redis.keys[arg]) return false;
    w.loseKeys([arg]);
    return true;
  }
  if (what === 'down' || what === 'up') {
    w.redis.up = what === 'up';
    return true;
  }
  if (what === 'rollback') {
    const i = Number(arg);
    if (!w.redis.old[i]) return false;
    w.rollback(i);
    return true;
  }
  if (what === 'late') {
    const l = w.late.shift();
    if (!l) return false;
    if (w.redis.up) w.script(l.op);
    return true;
  }
  throw new Error(action);
}
function nextTime(w) {
  let to;
  for (const m of w.msgs) {
    const x = m.state === 'future' ? m.at : m.state === 'flight' ? m.visibleAt : 0;
    if (x > w.now && !(to <= x)) to = x;
  }
  return to;
}

/** All that may happen now, as [action, weight]; faults only while the budget lasts. */
export function enabled(w, f, budget) {
  const out = [],
    fault = (a, weight) => {
      if (budget > 0) out.push([a, weight]);
    };
  for (const r of w.routers) {
    for (const p of r.pending)
      if (!('result' in p)) {
        if (p.op.op === 'wait' && w.now < p.op.until) continue;
        out.push([`${r.name} ${p.op.op} ok`, f.step]);
        if (p.op.op === 'script') out.push([`${r.name} script fp`, f.fp]);
        for (const how of FAULTS[p.op.op]) fault(`${r.name} ${p.op.op} ${how}`, f.call);
        if (!w.P.strong && (p.op.op === 'get' || p.op.op === 'readRecord'))
          out.push([`${r.name} ${p.op.op} stale`, f.step]);
      }
    if (r.run) fault(`${r.name} crash`, f.crash);
    else {
      const free = w.free(),
        groups = [...new Set(free.map((m) => m.group))];
      if (free.length) {
        out.push([`${r.name} take *`, f.take]);
        for (const g of groups) out.push([`${r.name} take ${g}`, f.take], [`${r.name} take ${g}!`, f.take]);
      }
      fault(`${r.name} crash`, f.crash / 4);
      fault(`${r.name} redeploy`, f.off);
    }
  }
  for (const ms of [S, 20 * S]) out.push([`time ${ms}`, f.tick]);
  if (nextTime(w) !== undefined) out.push(['time next', f.next]);
  for (const ms of [6 * MIN, 13 * H, 49 * H]) out.push([`time ${ms}`, f.jump]);
  fault('redis flush', f.loss);
  for (const k of Object.keys(w.redis.keys)) fault(`redis evict ${k}`, f.loss / 3);
  if (w.redis.up) fault('redis down', f.down);
  else out.push(['redis up', f.down]);
  for (let i = max(0, w.redis.old.length - 8); i < w.redis.old.length; i++)
    fault(`redis rollback ${i}`, f.rollback / 4);
  if (w.late.length) out.push(['redis late', f.step]);
  return out.filter(([, weight]) => weight > 0);
}
const isFault = (a) =>
  /fail|lost| late$|partial|crash|flush|evict|down|rollback|redeploy/.test(a) && a !== 'redis late';

// ───────────────────────────────────────── random runs ─────────────────────────────────────────
export function rng(seed) {
  let a = ((seed + 1) * 0x9e3779b9) | 0;
  return () => {
    a |= 0;
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
export const MIDNIGHT = 200 * DAY;
export function scenario(rand, { redrive = false } = {}) {
  const pick = (xs) => xs[Math.floor(rand() * xs.length)],
    nKeys = pick([2, 2, 3]),
    groupOf = Array.from({ length: nKeys }, () => `g${pick([0, 1])}`);
  const tight = rand() < 0.4; // seconds around the edges
  const offsets = tight
      ? [-3 * S, -S, 0, 3 * S, DAY - 2 * S]
      : [-2 * H, -3 * S, -S, 0, S, 3 * S, H, 12 * H, DAY - 2 * S],
    near = tight ? [0, 0, S, 2 * S, 30 * S] : [0, S, 10 * S, 40 * S, 6 * MIN, H, 11 * H];
  const gaps = tight
    ? [0, S, 20 * S, DAY - S, DAY, 48 * H, WINDOW - 6 * S, WINDOW - 3 * S, WINDOW - S, WINDOW - 1, WINDOW]
    : [
        0,
        S,
        H,
        12 * H,
        DAY - S,
        DAY,
        48 * H,
        WINDOW - H,
        WINDOW - 7 * MIN,
        WINDOW - 2 * S,
        WINDOW - S,
        WINDOW - 1,
        WINDOW,
        WINDOW + S,
        WINDOW + 6 * MIN,
        WINDOW + H,
        96 * H,
        120 * H,
        143 * H,
      ];
  const origin = MIDNIGHT + pick(offsets),
    all = [];
  for (let i = 0, n = 4 + Math.floor(rand() * 5); i < n; i++) {
    const key = Math.floor(rand() * nKeys),
      same = all.filter((m) => m.key === `k${key}`);
    const received =
      rand() < 0.6 && same.length
        ? pick(same).r + pick(gaps)
        : rand() < 0.7 || !all.length
          ? origin + pick(near)
          : pick(all).r + pick(gaps);
    all.push({
      key: `k${key}`,
      group: groupOf[key],
      r: received + pick(tight ? [-2 * S, 2 * S] : [-2 * S, 0, 0, 2 * S]),
      at:
        received +
        (redrive && rand() < 0.3 ? pick([H, 11 * H, 23 * H, DAY - S, DAY, DAY + S, 30 * H, 80 * H, 100 * H]) : 0),
    });
  }
  return {
    redrive,
    messages: all.sort((a, b) => a.at - b.at),
    skews: Array.from({ length: pick([2, 2, 3]) }, () => pick([-2 * S, 0, 2 * S])),
  };
}
/** How likely each kind of step is in one random run. */
export function weightsOf(rand, { rollback = true, off = false }) {
  const pick = (xs) => xs[Math.floor(rand() * xs.length)];
  return {
    step: 6,
    fp: pick([0, 0, 0.3]),
    call: pick([0, 0.1, 0.4]),
    crash: pick([0, 0.2, 0.6]),
    take: pick([0.5, 2]),
    tick: pick([0.05, 0.3]),
    next: pick([0.1, 0.6]),
    jump: pick([0, 0, 0.05]),
    loss: pick([0, 0.3, 1]),
    down: pick([0, 0.3]),
    rollback: rollback ? pick([0, 0, 0.3]) : 0,
    off: off ? pick([0, 0.5]) : 0,
  };
}
/** One random run, then a drain without faults. Throws a Violation that carries its trace. */
export function run(
  seed,
  P,
  { protocol = router, redrive = false, off = false, rollback = true, faults = 4, only = null } = {},
) {
  const rand = rng(seed),
    sc = scenario(rand, { redrive });
  const f = {
    ...weightsOf(rand, { rollback, off }),
    ...only,
  };
  const w = new World(sc, P, protocol),
    trace = [];
  w.keepOld = f.rollback > 0;
  let budget = Math.floor(rand() * (faults + 1)),
    clean = true;
  const act = (a) => {
    trace.push(a);
    apply(w, a);
  };
  try {
    for (let i = 0; i < 160 && w.msgs.some((m) => m.state !== 'done'); i++) {
      const list = enabled(w, f, budget);
      let x = rand() * list.reduce((s, [, k]) => s + k, 0),
        chosen = list[0][0];
      for (const [a, k] of list) {
        if ((x -= k) < 0) {
          chosen = a;
          break;
        }
      }
      if (isFault(chosen)) {
        budget--;
        clean = false;
      }
      act(chosen);
    }
    drain(w, act);
  } catch (e) {
    if (e instanceof Violation) Object.assign(e, { seed, sc, trace });
    throw e;
  }
  return Object.assign(w, { clean });
}
export function drain(w, act) {
  act('redis up');
  for (let i = 0; w.msgs.some((m) => m.state !== 'done'); i++) {
    if (i > 400) throw new Violation('STUCK', 'the queue does not drain');
    const next =
      enabled(w, { step: 1, take: 1 }, 0)
        .map(([a]) => a)
        .find((a) => a !== 'redis late' && !a.includes('!')) ?? (nextTime(w) === undefined ? 'time 1000' : 'time next');
    act(next);
  }
}
/** Replays a trace, leaving out what is not possible; returns the violation or null. */
export function replay(sc, trace, P, protocol = router, keepLog = false) {
  const w = new World(sc, P, protocol);
  Object.assign(w, { keepLog, keepOld: true, done: [] });
  try {
    for (const a of trace) {
      if (keepLog) w.log.push(`${clock(w.now)} ${a}`);
      if (apply(w, a)) w.done.push(a);
      else if (keepLog) w.log.pop();
    }
  } catch (e) {
    if (!(e instanceof Violation)) throw e;
    w.done.push(trace[w.done.length]);
    return Object.assign(e, { log: w.log, w });
  }
  return null;
}
export function shrink(v, P, protocol = router) {
  let { sc, trace } = v,
    changed = true;
  const bad = (s, t) => s.messages.length && replay(s, t, P, protocol)?.kind === v.kind;
  while (changed) {
    changed = false;
    for (let size = trace.length >> 1; size >= 1; size >>= 1)
      for (let i = 0; i + size <= trace.length; ) {
        const t = [...trace.slice(0, i), ...trace.slice(i + size)];
        if (bad(sc, t)) {
          trace = t;
          changed = true;
        } else i += 1;
      }
    for (let i = sc.messages.length - 1; i >= 0; i--) {
      const s = { ...sc, messages: sc.messages.filter((_, j) => j !== i) };
      if (bad(s, trace)) {
        sc = s;
        changed = true;
      }
    }
    for (let i = 0; i < sc.skews.length; i++)
      if (sc.skews[i]) {
        const s = { ...sc, skews: sc.skews.map((x, j) => (j === i ? 0 : x)) };
        if (bad(s, trace)) {
          sc = s;
          changed = true;
        }
      }
  }
  return { sc, trace };
}
export const clock = (ms) => {
  const d = Math.floor((ms - MIDNIGHT) / DAY),
    t = ms - MIDNIGHT - d * DAY;
  return `day${d >= 0 ? '+' : ''}${d} ${new Date(t).toISOString().slice(11, 23)}`;
};
export function show({ sc, trace }, P, protocol = router) {
  const v = replay(sc, trace, P, protocol, true);
  return [
    ...sc.messages.map((m, i) => `  #${i} ${m.key} ${m.group} received ${clock(m.r)}, in the queue ${clock(m.at)}`),
    `  router clocks ${sc.skews.map((s) => s / S).join(', ')} s`,
    ...(v?.log ?? []).map((l) => `  ${l}`),
    `  ${v?.message}`,
  ].join('\n');
}

// ───────────────────────────────────────── every interleaving of a tiny scope ─────────────────────────────────────────
const ev = (key, group, r, at = r) => ({ key, group, r: MIDNIGHT + r, at: MIDNIGHT + at });
const pair = [ev('k0', 'g0', 0), ev('k0', 'g0', 1, 0), ev('k1', 'g1', 2, 0)]; // an original, its repeat, another key, all waiting
/** Messages, clocks, how many faults of which kind. */
export const SCOPES = {
  loss: { messages: pair, skews: [0, 0], budget: 2, f: { loss: 1, crash: 1 } },
  outage: { messages: pair, skews: [0, 0], budget: 2, f: { loss: 1, scriptFaults: 1 } },
  ledger: { messages: pair, skews: [0, 0], budget: 2, f: { loss: 1, dynamoFaults: 1 } },
  midnight: {
    messages: [ev('k0', 'g0', -1, 0), ev('k1', 'g1', 0), ev('k0', 'g0', 1, 0)],
    skews: [0, 0],
    budget: 2,
    f: { loss: 1, crash: 1 },
  },
  window: {
    messages: [
      ev('k0', 'g0', 2 * S, 0),
      ev('k1', 'g1', -2 * S, 0),
      ev('k0', 'g0', WINDOW + 2 * S - 1),
      ev('k0', 'g0', WINDOW + 2 * S),
    ],
    skews: [-2 * S, 2 * S],
    budget: 1,
    f: { loss: 1, crash: 1 },
  },
  routers3: { messages: [...pair, ev('k2', 'g2', 3, 0)], skews: [0, 0, 0], budget: 1, f: { loss: 1 } },
};
export function exhaustive(sc, P, { protocol = router, maxStates = 3e6 } = {}) {
  const parents = [-1],
    actions = [''],
    seen = new Set(),
    f = { step: 1, take: 1, next: 1, call: sc.f.scriptFaults || sc.f.dynamoFaults, ...sc.f };
  const trace = (i) => {
    const t = [];
    for (; i > 0; i = parents[i]) t.push(actions[i]);
    return t.reverse();
  };
  const may = (w, a) => {
    if (a.includes(' take ')) return a.endsWith('!');
    if (a.startsWith('time')) return a === 'time next' && w.routers.every((r) => !r.run) && w.free().length === 0;
    if (/ script (fail|lost|late)/.test(a)) return sc.f.scriptFaults;
    return isFault(a) && / (readRecord|updateRecord|get|publish|commit) /.test(a)
      ? sc.f.dynamoFaults
      : !a.endsWith(' fp');
  };
  for (let i = 0; i < parents.length; i++) {
    const t = trace(i),
      w = new World(sc, P, protocol);
    try {
      for (const a of t) apply(w, a);
    } catch (e) {
      if (e instanceof Violation) return Object.assign(e, { sc, trace: t, states: seen.size });
      throw e;
    }
    const left = sc.budget - t.filter(isFault).length,
      key = fingerprint(w, left);
    if (seen.has(key)) continue;
    seen.add(key);
    if (seen.size > maxStates) return { states: seen.size, cut: true };
    for (const [a] of enabled(w, f, left))
      if (may(w, a)) {
        parents.push(i);
        actions.push(a);
      }
  }
  return { states: seen.size };
}
function fingerprint(w, left) {
  const names = new Map(),
    state = JSON.stringify([
      w.now,
      w.msgs.map((m) => [m.state, m.visibleAt]),
      w.redis.up,
      w.redis.keys,
      w.record,
      w.ledger,
      w.late,
      w.published.map((p) => [p.m.id, p.committed, w.routers.findIndex((r) => r.run && r.batch === p.batch)]),
      w.routers.map((r) => [
        r.off,
        r.seen,
        r.mem,
        r.batch?.map((m) => m.id),
        r.history,
        r.pending.map((p) => [p.op.op, p.result, 'result' in p]),
      ]),
      left,
    ]);
  return createHash('md5')
    .update(state.replace(/\bs\d+/g, (s) => names.get(s) ?? names.set(s, `s${names.size}`).get(s)))
    .digest('base64');
}

// ───────────────────────────────────────── command line ─────────────────────────────────────────
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [mode = 'random', ...rest] = process.argv.slice(2),
    P = { ...RULES },
    opt = { runs: 20_000, from: 0 };
  const scopeOrSeed = rest[0] && !rest[0].startsWith('--') ? rest.shift() : undefined;
  for (let i = 0; i < rest.length; i += 2) {
    if (rest[i] === '--no') P[rest[i + 1]] = false;
    else if (rest[i] === '--set') {
      const [k, v] = rest[i + 1].split('=');
      P[k] = Number.isNaN(Number(v)) ? v : Number(v);
    } else opt[rest[i].slice(2)] = Number(rest[i + 1]);
  }
  const found = (v, what) => {
    console.log(`${what}: ${v.message}\n${show(v.trace.length > 200 ? v : shrink(v, P), P)}`);
    process.exit(1);
  };
  if (mode === 'random') {
    for (let seed = opt.from; seed < opt.from + opt.runs; seed++)
      for (const how of [{}, { redrive: true }, { off: true }]) {
        try {
          run(seed, P, how);
        } catch (e) {
          if (e instanceof Violation) found(e, `seed ${seed} ${JSON.stringify(how)}`);
          throw e;
        }
      }
    console.log(`${opt.runs} seeds in three settings: no violation`);
  } else if (mode === 'exhaustive') {
    for (const name of scopeOrSeed ? [scopeOrSeed] : Object.keys(SCOPES)) {
      const v = exhaustive(SCOPES[name], P);
      if (v instanceof Violation) found(v, name);
      console.log(`${name}: ${v.states} states${v.cut ? ' (cut)' : ''}, no violation`);
    }
  } else if (mode === 'replay') {
    try {
      run(Number(scopeOrSeed), P);
      console.log('no violation');
    } catch (e) {
      if (e instanceof Violation) found(e, `seed ${scopeOrSeed}`);
      throw e;
    }
  } else {
    console.error(
      'usage: random | exhaustive [scope] | replay SEED, with --runs N --from N --no element --set element=value',
    );
    process.exit(2);
  }
}
