import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LINK_OFF, step, WAIT_MS_MAX, WAIT_MS_MIN } from '../../../assets/core/link.js';

/** @typedef {import('../../../assets/core/link.js').Phase} Phase */
/** @typedef {import('../../../assets/core/link.js').LinkEvent} LinkEvent */

/** @type {Phase[]} */
const PHASES = ['off', 'opening', 'syncing', 'live', 'waiting', 'offline', 'refused'];

/** @type {Record<string, LinkEvent>} */
const EVENTS = {
  start: { type: 'start' },
  stop: { type: 'stop' },
  open: { type: 'open' },
  synced: { type: 'synced' },
  close: { type: 'close', code: 1006, roll: 0 },
  'close 4401': { type: 'close', code: 4401, roll: 0 },
  'close 4403': { type: 'close', code: 4403, roll: 0 },
  hole: { type: 'hole', roll: 0 },
  silence: { type: 'silence' },
  timer: { type: 'timer' },
  online: { type: 'online' },
  visible: { type: 'visible' },
  offline: { type: 'offline' },
  ended: { type: 'ended', why: 'ended' },
};

/** Every transition: event, then what happens in each phase; a phase that is not named stays as it is and does nothing. */
/** @type {Record<string, Partial<Record<Phase, [Phase, ...string[]]>>>} */
const TABLE = {
  start: { off: ['opening', 'connect'], refused: ['opening', 'connect'] },
  stop: {
    opening: ['off', 'drop'],
    syncing: ['off', 'drop'],
    live: ['off', 'drop'],
    waiting: ['off', 'drop'],
    offline: ['off', 'drop'],
    refused: ['off', 'drop'],
  },
  open: { opening: ['syncing', 'hello'] },
  synced: { syncing: ['live', 'flush'] },
  close: { opening: ['waiting', 'wait'], syncing: ['waiting', 'wait'], live: ['waiting', 'wait'] },
  'close 4401': { opening: ['refused', 'door'], syncing: ['refused', 'door'], live: ['refused', 'door'] },
  'close 4403': { opening: ['refused', 'door'], syncing: ['refused', 'door'], live: ['refused', 'door'] },
  hole: { syncing: ['waiting', 'drop', 'wait'], live: ['waiting', 'drop', 'wait'] },
  silence: { syncing: ['opening', 'drop', 'connect'], live: ['opening', 'drop', 'connect'] },
  timer: { waiting: ['opening', 'drop', 'connect'] },
  online: {
    waiting: ['opening', 'drop', 'connect'],
    offline: ['opening', 'connect'],
    syncing: ['syncing', 'probe'],
    live: ['live', 'probe'],
  },
  visible: {
    waiting: ['opening', 'drop', 'connect'],
    offline: ['opening', 'connect'],
    syncing: ['syncing', 'probe'],
    live: ['live', 'probe'],
  },
  offline: {
    opening: ['offline', 'drop'],
    syncing: ['offline', 'drop'],
    live: ['offline', 'drop'],
    waiting: ['offline', 'drop'],
  },
  ended: {
    opening: ['refused', 'drop', 'door'],
    syncing: ['refused', 'drop', 'door'],
    live: ['refused', 'drop', 'door'],
    waiting: ['refused', 'drop', 'door'],
    offline: ['refused', 'drop', 'door'],
  },
};

for (const [name, event] of Object.entries(EVENTS)) {
  for (const phase of PHASES) {
    test(`${name} while ${phase}`, () => {
      const { state, effects } = step({ phase, tries: 0 }, event);
      const [to, ...done] = TABLE[name][phase] ?? [phase];
      assert.equal(state.phase, to);
      assert.deepEqual(
        effects.map((effect) => effect.do),
        done,
      );
    });
  }
}

test('each failure waits longer, between half a second and half a minute, and being live again forgets them', () => {
  for (const roll of [0, 0.5, 1]) {
    let link = { ...LINK_OFF, phase: /** @type {Phase} */ ('opening') };
    let last = 0;
    for (let tries = 1; tries < 20; tries += 1) {
      const { state, effects } = step(link, { type: 'close', code: 1006, roll });
      const wait = effects.find((effect) => effect.do === 'wait');
      assert.ok(wait?.do === 'wait' && wait.ms >= WAIT_MS_MIN && wait.ms <= WAIT_MS_MAX && wait.ms >= last, `${wait}`);
      assert.equal(state.tries, tries);
      last = wait.ms;
      link = { phase: 'opening', tries: state.tries };
    }
    assert.ok(last >= WAIT_MS_MAX / 2);
  }
  assert.equal(step({ phase: 'syncing', tries: 7 }, { type: 'synced' }).state.tries, 0);
});

test('a socket that will not open twice in a row makes the client ask whether the session holds', () => {
  const asks = (/** @type {Phase} */ phase, /** @type {number} */ tries) =>
    step({ phase, tries }, { type: 'close', code: 1006, roll: 0 }).effects.some((effect) => effect.do === 'ask');
  assert.deepEqual([asks('opening', 0), asks('opening', 1), asks('opening', 9), asks('live', 9)], [false, true, true, false]);
});

test('no sequence of events connects twice without dropping in between, and none leaves a link that waits for nothing', () => {
  const events = Object.values(EVENTS);
  /** @typedef {{phase: Phase, tries: number, socket: boolean, timer: boolean}} World */
  /** @type {World[]} */
  let worlds = [{ phase: 'off', tries: 0, socket: false, timer: false }];
  const seen = new Set();
  while (worlds.length > 0) {
    /** @type {World[]} */
    const next = [];
    for (const world of worlds) {
      for (const event of events) {
        if (event.type === 'timer' && !world.timer) continue;
        if (['open', 'close', 'synced', 'hole', 'silence'].includes(event.type) && !world.socket) continue;
        const after = {
          ...world,
          ...(event.type === 'timer' && { timer: false }),
          ...(event.type === 'close' && { socket: false }),
        };
        const { state, effects } = step(world, event);
        for (const effect of effects) {
          if (effect.do === 'drop') Object.assign(after, { socket: false, timer: false });
          if (effect.do === 'connect') {
            assert.ok(!after.socket, `${event.type} while ${world.phase} connects a second socket`);
            after.socket = true;
          }
          if (effect.do === 'wait') after.timer = true;
        }
        Object.assign(after, { phase: state.phase, tries: Math.min(state.tries, 3) });
        const socketNeeded = ['opening', 'syncing', 'live'].includes(after.phase);
        assert.equal(after.socket, socketNeeded, `${event.type} while ${world.phase}: socket`);
        assert.equal(after.timer, after.phase === 'waiting', `${event.type} while ${world.phase}: timer`);
        const name = JSON.stringify(after);
        if (!seen.has(name)) next.push(after);
        seen.add(name);
      }
    }
    worlds = next;
  }
  assert.ok(seen.size > 10);
});
