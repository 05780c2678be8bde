import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutboxStore } from '../../../assets/store/outbox.js';

const SLOW = 1;
const OTHER = 2;

/** A server that takes what it is told to take, a clock that stands still, and the timers that were set. */
function desk() {
  /** @type {{room: number, text: string, answer: (refusal?: object) => Promise<void>}[]} */
  const asked = [];
  /** @type {Map<number, {run: () => void, ms: number}>} */
  const timers = new Map();
  let live = true;
  let made = 0;
  const outbox = new OutboxStore({
    db: /** @type {any} */ ({ keep: () => {}, forget: () => {}, letters: async () => [] }),
    ask: (/** @type {string} */ _op, /** @type {any} */ { room, text }) =>
      new Promise((resolve, reject) => {
        const answer = async (/** @type {object | undefined} */ refusal) => {
          if (refusal) reject(Object.assign(new Error('refused'), { refusal }));
          else resolve({ seq: asked.length });
          await new Promise((next) => setImmediate(next));
        };
        asked.push({ room, text, answer });
      }),
    isLive: () => live,
    newKey: () => `key-${++made}`,
    now: () => 1000,
    timers: {
      set: (run, ms) => {
        made += 1;
        timers.set(made, { run, ms });
        return made;
      },
      clear: (timer) => void timers.delete(timer),
    },
    tell: () => {},
    bring: async () => [],
  });
  /** @param {boolean} on */
  const link = (on) => {
    live = on;
    if (!on) outbox.lose();
  };
  return { outbox, asked, timers, link };
}

const texts = (/** @type {ReturnType<typeof desk>} */ { asked }) => asked.map(({ text }) => text);

test('a room in slow mode rests for as long as the server says, the others go on, and nothing is given back', async () => {
  const one = desk();
  one.outbox.post(SLOW, 'too soon');
  await one.asked[0].answer({ code: 'slow_mode', text: 'Slowly.', retry_after_ms: 4000 });
  assert.deepEqual([...one.outbox.resting.value], [[SLOW, 5000]]);
  one.outbox.post(SLOW, 'and behind it');
  one.outbox.post(OTHER, 'elsewhere');
  assert.deepEqual(texts(one), ['too soon', 'elsewhere']);
  assert.deepEqual(
    one.outbox.box.value.filter(({ room }) => room === SLOW).map(({ state }) => state),
    ['queued', 'queued'],
  );
  const [{ run, ms }] = one.timers.values();
  assert.equal(ms, 4000);
  run();
  assert.equal(one.outbox.resting.value.size, 0);
  assert.deepEqual(texts(one), ['too soon', 'elsewhere', 'too soon']);
});

test('a link that is lost forgets the rest: the server says anew how long it is', async () => {
  const one = desk();
  one.outbox.post(SLOW, 'too soon');
  await one.asked[0].answer({ code: 'slow_mode', text: 'Slowly.', retry_after_ms: 4000 });
  one.link(false);
  assert.equal(one.outbox.resting.value.size, 0);
  assert.equal(one.timers.size, 0);
  one.link(true);
  one.outbox.flush();
  assert.deepEqual(texts(one), ['too soon', 'too soon']);
});
