import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { relayCommand } from '../../support/command-line.ts';
import { declared, NO_WEBHOOKS, startWorld, type World } from '../subscriptions/relay-in-cxone.ts';

let world: World;
let stageFile: object;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

const declare = (subscriptions: object[], extra: object = {}) => {
  stageFile = { ...NO_WEBHOOKS, subscriptions, ...extra };
};
const inCxone = () => [...world.cxone.simulator.state.subscriptions.values()];

async function run(args: string): Promise<{ code: number; lines: string[] }> {
  const invoke = (_name: string, event: unknown) => world.run(stageFile, event as { dryRun?: boolean });
  const { code, lines } = await relayCommand(`subscriptions ${args}`, { invoke });
  return { code, lines };
}

describe('npx relay subscriptions', () => {
  it('plans, applies, and has nothing more to do: 2, 0, 0', async () => {
    declare([declared('a'), declared('b')]);
    const planned = await run('plan');
    expect(planned.code).toBe(2);
    expect(planned.lines).toContain('+ create a: declared, not in CXone');
    expect(planned.lines).toContain('    eventType: "contact.created"');
    expect(planned.lines.at(-1)).toBe('2 to change, 0 kept');
    expect(inCxone()).toHaveLength(0);
    const applied = await run('apply');
    expect(applied).toMatchObject({ code: 0 });
    expect(applied.lines.at(-1)).toBe('2 created, 0 updated, 0 deleted, 2 in place; 2 active');
    expect(await run('plan')).toEqual({ code: 0, lines: ['nothing to change, 2 kept'] });
  });

  it('tells what changes, from what, to what, and why', async () => {
    declare([declared('a'), declared('b')]);
    await run('apply');
    const [a] = inCxone();
    Object.assign(a?.fields ?? {}, { eventType: 'queue.event' });
    declare([declared('a')], { pruneSubscriptions: true });
    const { code, lines } = await run('plan');
    expect(code).toBe(2);
    expect(lines).toEqual([
      expect.stringMatching(/^- delete b \(\S+\): no longer declared$/),
      expect.stringMatching(/^~ update a \(\S+\): differs in eventType$/),
      '    eventType: "queue.event" -> "contact.created"',
      '2 to change, 0 kept',
    ]);
    const json = await run('plan --json');
    expect(json.code).toBe(2);
    expect(JSON.parse(json.lines[0] ?? '').actions).toHaveLength(2);
  });

  it('ends with 1 when a foreign one of the same name is in the way, and lists whose is whose', async () => {
    declare([declared('a'), declared('old')]);
    await run('apply');
    const [a] = inCxone();
    Object.assign(a?.fields ?? {}, { description: 'made by hand' });
    declare([declared('a')]);
    const planned = await run('plan');
    expect(planned.code).toBe(1);
    expect(planned.lines).toContainEqual(expect.stringMatching(/^! conflict a .*not ours/));
    expect(planned.lines).toContainEqual(expect.stringMatching(/^= keep old .*pruneSubscriptions is off$/));
    expect((await run('apply')).code).toBe(1);
    const { code, lines } = await run('list');
    expect(code).toBe(0);
    expect(lines).toEqual([
      expect.stringMatching(/^STANDING {4}STATE {3}EVENT TYPE {7}NAME {2}ID$/),
      expect.stringMatching(/^foreign {5}active {2}contact.created {2}a {5}\S+$/),
      expect.stringMatching(/^undeclared {2}active {2}contact.created {2}old {3}\S+$/),
      '2 in CXone: 0 declared, 1 undeclared, 1 foreign',
    ]);
    expect((await run('list --json')).lines.map((line) => JSON.parse(line).standing)).toEqual([
      'foreign',
      'undeclared',
    ]);
  });

  it('ends with 1 when CXone refuses, or another run is under way', async () => {
    declare([declared('a')]);
    const lease = await world.deps(stageFile).acquireLease(60_000);
    const busy = await run('apply');
    expect(busy.code).toBe(1);
    expect(busy.lines.at(-1)).toMatch(/another run is under way/);
    await lease?.release();
    world.cxone.simulator.addFault({ kind: 'status', match: { method: 'POST' }, status: 400 });
    const refused = await run('apply');
    expect(refused.code).toBe(1);
    expect(refused.lines.at(-1)).toMatch(/^1 failed/);
  });
});
