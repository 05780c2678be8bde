import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstSince, fold, marked, rank } from '../../../assets/core/find.js';
import { placeMessage, placeRoom, roomPlace } from '../../../assets/core/place.js';
import { pageKey } from '../../../assets/core/shortcuts.js';

/** @param {string[]} names */
const all = (...names) => names.map((name, n) => ({ id: name, name, near: -n }));

test('names are found by the beginnings of their words first, without accents and capitals', () => {
  const rooms = all('Workshop', 'Kitchen table', 'Front bar', 'Bar', 'Inês', 'Tábla');
  /** @param {string} query */
  const found = (query) => rank(rooms, query).map((one) => one.name);
  assert.deepEqual(found('bar'), ['Bar', 'Front bar']);
  assert.deepEqual(found('tab'), ['Tábla', 'Kitchen table']);
  assert.deepEqual(found('ines'), ['Inês']);
  assert.deepEqual(found('ta kit'), ['Kitchen table']);
  assert.deepEqual(found('shop'), ['Workshop']);
  assert.deepEqual(found('nowhere'), []);
  assert.equal(found('').length, 6, 'with nothing typed, where one was last');
  assert.equal(rank(all(...Array.from({ length: 1000 }, (_, n) => `Room ${n}`)), 'room').length, 8);
});

test('what was looked for is marked where a word begins so, and nothing is lost', () => {
  /** @param {string} text @param {string[]} words */
  const shown = (text, ...words) =>
    marked(text, words.map(fold))
      .map(({ text: piece, found }) => (found ? `[${piece}]` : piece))
      .join('');
  assert.equal(shown('The Loaf is a loaf, no meatloaf', 'loaf'), 'The [Loaf] is a [loaf], no meatloaf');
  assert.equal(shown('Crème brûlée', 'creme', 'bru'), '[Crème] [brû]lée');
  assert.equal(shown('ﬁne ﬁsh', 'fi'), '[ﬁ]ne [ﬁ]sh');
  assert.equal(shown('我喜欢面包', '面'), '我喜欢[面]包');
  assert.equal(shown('<b>x</b>', 'b'), '<[b]>x</[b]>');
  assert.equal(shown('', 'x'), '');
});

test('a day in a long log is found by halving', async () => {
  for (const at of [0, 1, 500, 4_999, 50_000, 99_999]) {
    let asked = 0;
    const seq = await firstSince({ first: 1, last: 100_000 }, at, async (from) => {
      asked += 1;
      return { seq: from, at: from - 1 };
    });
    assert.equal(seq, at + 1);
    assert.ok(asked <= 17, `${asked}`);
  }
});

test('an address names a room, or a message in it', () => {
  assert.equal(roomPlace(7, 4211), '#7/4211');
  assert.deepEqual([placeRoom('#7/4211'), placeMessage('#7/4211'), placeRoom('#7'), placeMessage('#7')], [7, 4211, 7, 0]);
  for (const other of ['#7/', '#7/0', '#/4', '#7/4/2', '#rooms']) assert.equal(placeMessage(other), 0, other);
});

test('Ctrl K finds everywhere, with Shift and F here', () => {
  const key = { altKey: false, shiftKey: false, ctrlKey: false, metaKey: false };
  assert.deepEqual(pageKey({ ...key, key: 'k', ctrlKey: true }), { do: 'find' });
  assert.deepEqual(pageKey({ ...key, key: 'F', metaKey: true, shiftKey: true }), { do: 'findHere' });
  assert.equal(pageKey({ ...key, key: 'f', ctrlKey: true }), null);
  assert.equal(pageKey({ ...key, key: 'k' }), null);
});
