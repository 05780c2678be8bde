import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as outbox from '../../../assets/core/outbox.js';

/** @param {string} key @param {number} room */
const message = (key, room = 1) => ({ key, room, text: `text of ${key}`, at: 1000 });

/** @param {...[string, number?]} letters @returns {outbox.Outbox} */
const boxOf = (...letters) =>
  letters.reduce((box, [key, room]) => outbox.post(box, message(key, room)), /** @type {outbox.Outbox} */ ([]));

/** @param {outbox.Outbox} box */
const states = (box) => box.map((letter) => `${letter.key} ${letter.state}`);

test('one letter of each room goes at a time, in the order of writing', () => {
  const first = outbox.claim(boxOf(['a', 1], ['b', 1], ['c', 2], ['d', 2]));
  assert.deepEqual(
    first.send.map((letter) => letter.key),
    ['a', 'c'],
  );
  assert.deepEqual(outbox.claim(first.box).send, []);
  const second = outbox.claim(outbox.stored(first.box, 'a', 7));
  assert.deepEqual(
    second.send.map((letter) => letter.key),
    ['b'],
  );
});

test('a lost link puts what was on its way back into the queue with its key', () => {
  const { box } = outbox.claim(boxOf(['a'], ['b']));
  assert.deepEqual(states(outbox.lose(box)), ['a queued', 'b queued']);
  const quiet = boxOf(['a']);
  assert.equal(outbox.lose(quiet), quiet);
});

test('a stored letter stays in sight until its entry is in the log', () => {
  const box = outbox.stored(outbox.claim(boxOf(['a'])).box, 'a', 7);
  assert.deepEqual(states(outbox.arrived(box, 1, 6)), ['a stored']);
  assert.deepEqual(states(outbox.arrived(box, 2, 7)), ['a stored']);
  assert.deepEqual(states(outbox.arrived(box, 1, 7)), []);
});

test('a refused letter stands still, lets the next one pass, and goes again only when told', () => {
  const refused = outbox.refuse(outbox.claim(boxOf(['a'], ['b'])).box, 'a', 'The disk is full.');
  assert.equal(refused[0].why, 'The disk is full.');
  const next = outbox.claim(refused);
  assert.deepEqual(states(next.box), ['a refused', 'b sending']);
  const again = outbox.retry(outbox.remove(next.box, 'b'), 'a');
  assert.deepEqual(states(again), ['a queued']);
  assert.equal(again[0].why, undefined);
  assert.equal(again[0].key, 'a');
});

test('try again does nothing to a letter that was not refused', () => {
  const { box } = outbox.claim(boxOf(['a']));
  assert.deepEqual(states(outbox.retry(box, 'a')), ['a sending']);
});

test('letters of an earlier page come back in their order, as queued or refused, and never twice', () => {
  const { box } = outbox.claim(boxOf(['a'], ['b'], ['c']));
  const kept = outbox.refuse(box, 'b', 'No.');
  const back = [kept[2], kept[1], kept[0], kept[1]].reduce(outbox.adopt, /** @type {outbox.Outbox} */ ([]));
  assert.deepEqual(states(back), ['a queued', 'b refused', 'c queued']);
});

test('what the server says decides whether a letter waits or is given back', () => {
  const [letter] = boxOf(['a']);
  const judge = (/** @type {string} */ code, /** @type {object} */ more = {}) =>
    outbox.judge({ ...letter, ...more }, { code, text: '' });
  assert.deepEqual(outbox.judge(letter, { code: 'rate_limited', text: '', retry_after_ms: 1800 }), { do: 'wait', ms: 1800 });
  assert.equal(judge('rate_limited').do, 'wait');
  assert.equal(judge('shutting_down').do, 'wait');
  assert.equal(judge('hello_first').do, 'wait');
  assert.deepEqual(judge('storage_failed'), { do: 'wait', ms: 2000 });
  assert.deepEqual(judge('storage_failed', { failures: 2 }), { do: 'wait', ms: 8000 });
  for (const code of ['storage_full', 'text_too_long', 'text_empty', 'no_such_room', 'bad_request', 'something_new']) {
    assert.equal(judge(code).do, 'refuse', code);
  }
});

test('a letter whose files the server has let go brings them once, if this browser has them, and goes with the same key', () => {
  const file = { key: 'f', id: 7, name: 'a', type: 'text/plain', bytes: 1 };
  const gone = { code: 'no_such_file', text: 'No.' };
  let box = outbox.claim(outbox.post([], { ...message('a'), files: [file] })).box;
  assert.deepEqual(outbox.judge(box[0], gone), { do: 'bring' });
  assert.deepEqual(outbox.judge({ ...box[0], files: [/** @type {any} */ ({ ...file, key: undefined })] }, gone), {
    do: 'refuse',
  });
  assert.deepEqual(outbox.judge({ ...box[0], files: undefined }, gone), { do: 'refuse' });
  box = outbox.lack(box, 'a');
  assert.deepEqual([box[0].state, box[0].anew], ['queued', 'due']);
  box = outbox.brought(outbox.claim(box).box, 'a', [{ ...file, id: 8 }]);
  assert.deepEqual(outbox.request(outbox.claim(box).send[0]).fields, {
    room: 1,
    key: 'a',
    text: 'text of a',
    reply_to: undefined,
    files: [8],
  });
  assert.deepEqual(outbox.judge(box[0], gone), { do: 'refuse' }, 'not for ever');
});

test('a storage that fails again and again gives the letter back in the end', () => {
  let box = boxOf(['a']);
  let tries = 0;
  for (;;) {
    box = outbox.claim(box).box;
    tries += 1;
    if (outbox.judge(box[0], { code: 'storage_failed', text: '' }).do === 'refuse') break;
    box = outbox.requeue(box, 'a', true);
  }
  assert.equal(tries, 4);
  assert.equal(outbox.retry(outbox.refuse(box, 'a', 'x'), 'a')[0].failures, undefined);
});

test('whatever happens in whatever order, a room never has two letters on their way and none is lost', () => {
  const happenings = ['claim', 'store', 'lose', 'refuse', 'retry', 'requeue'];
  /** @param {outbox.Outbox} box @param {string} what */
  const happen = (box, what) => {
    const way = box.find((letter) => letter.state === 'sending')?.key ?? '';
    const stuck = box.find((letter) => letter.state === 'refused')?.key ?? '';
    if (what === 'claim') return outbox.claim(box).box;
    if (what === 'store') return outbox.stored(box, way, 1);
    if (what === 'lose') return outbox.lose(box);
    if (what === 'refuse') return outbox.refuse(box, way, 'no');
    return what === 'retry' ? outbox.retry(box, stuck) : outbox.requeue(box, way, true);
  };
  const start = boxOf(['a', 1], ['b', 1], ['c', 2]);
  let boxes = [start];
  for (let depth = 0; depth < 6; depth += 1) {
    boxes = boxes.flatMap((box) => happenings.map((what) => happen(box, what)));
    for (const box of boxes) {
      assert.equal(box.length, 3);
      for (const room of [1, 2]) {
        assert.ok(box.filter((letter) => letter.room === room && letter.state === 'sending').length <= 1);
      }
      for (const letter of box) {
        assert.equal(letter.text, `text of ${letter.key}`);
      }
    }
  }
});
