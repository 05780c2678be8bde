import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ago } from '../../../assets/core/ago.js';
import * as names from '../../../assets/core/names.js';
import { placeRoom, roomPlace } from '../../../assets/core/place.js';
import { decode, encode, makeKey } from '../../../assets/core/proto.js';
import { composerKey, nextRoom, pageKey } from '../../../assets/core/shortcuts.js';
import { clock, dayOf, dayTitle } from '../../../assets/core/time.js';
import { speak } from '../../../assets/core/words.js';
import { WORDS } from '../../../assets/words/en.js';

speak('en', WORDS);

const PLACE = { locale: 'en-GB', zone: 'UTC' };

test('days are called by the names people use', () => {
  const now = Date.UTC(2026, 10, 14, 9);
  const title = (/** @type {number[]} */ ...at) => dayTitle(Date.UTC(at[0], at[1], at[2], at[3]), now, PLACE);
  assert.equal(title(2026, 10, 14, 0), 'Today');
  assert.equal(title(2026, 10, 13, 23), 'Yesterday');
  assert.match(title(2026, 10, 6, 12), /^Friday,? 6 November$/);
  assert.match(title(2025, 10, 14, 12), /2025/);
  assert.equal(clock(Date.UTC(2026, 10, 14, 7, 5), PLACE), '07:05');
  assert.equal(dayOf(Date.UTC(2026, 0, 2), PLACE), '2026-01-02');
});

test('names are listed and their letters whole', () => {
  assert.deepEqual([[], ['A'], ['A', 'B'], ['A', 'B', 'C'], ['A', 'B', 'C', 'D']].map(names.list), [
    '',
    'A',
    'A and B',
    'A, B and C',
    'A, B and 2 others',
  ]);
  assert.deepEqual(['noor', ' é', '👩‍🚀 x', ''].map(names.initial), ['N', 'É', '👩‍🚀', '?']);
  assert.deepEqual([[], ['A'], ['A', 'B'], ['A', 'B', 'C', 'D']].map(names.writing), [
    '',
    'A is writing',
    'A and B are writing',
    'Several people are writing',
  ]);
  for (let id = 0; id < 50; id += 1) assert.ok(names.hue(id) >= 0 && names.hue(id) <= 7);
});

test('the title shows unread first, and no count when there is none', () => {
  assert.deepEqual(
    [names.title(2, 'Kitchen table'), names.title(0, 'Kitchen table'), names.title(0, ''), names.title(400, 'x')],
    ['(2) Kitchen table · snug', 'Kitchen table · snug', 'snug', '(99+) x · snug'],
  );
});

test('an address names a room or it does not', () => {
  assert.equal(placeRoom(roomPlace(7)), 7);
  for (const hash of ['', '#', '#rooms', '#0', '#-1', '#7x', '#1.5', '#99999999999999999'])
    assert.equal(placeRoom(hash), null, hash);
});

test('a frame is a reply, an event or nothing', () => {
  assert.deepEqual(decode('{"re":1,"result":{}}'), { reply: { re: 1, result: {} } });
  assert.deepEqual(decode('{"ev":"read","room":1}'), { event: { ev: 'read', room: 1 } });
  for (const text of ['', 'x', 'null', '3', '{}', '{"re":1}', '[]', undefined]) assert.equal(decode(text), null, String(text));
  assert.equal(encode('ping', 3), '{"op":"ping","id":3}');
});

test('keys are sixteen characters of base64url, made of all the random bits', () => {
  assert.equal(
    makeKey((bytes) => bytes.fill(0)),
    'AAAAAAAAAAAAAAAA',
  );
  assert.equal(
    makeKey((bytes) => bytes.fill(255)),
    '________________',
  );
  const counting = makeKey((bytes) => bytes.set(bytes.map((_, index) => index * 21)));
  assert.equal(counting, Buffer.from(Uint8Array.from({ length: 12 }, (_, index) => index * 21)).toString('base64url'));
});

test('Enter sends, but not with Shift, not while composing, not on a touch keyboard', () => {
  const enter = { key: 'Enter', shiftKey: false, isComposing: false, keyCode: 13 };
  assert.equal(composerKey(enter, false), 'send');
  assert.equal(composerKey(enter, true), 'type');
  assert.equal(composerKey({ ...enter, shiftKey: true }, false), 'type');
  assert.equal(composerKey({ ...enter, isComposing: true }, false), 'type');
  assert.equal(composerKey({ ...enter, keyCode: 229 }, false), 'type');
  assert.equal(composerKey({ ...enter, key: 'a' }, false), 'type');
});

test('Alt and the arrows go from room to room, around the end, and with Shift to unread ones only', () => {
  const press = (/** @type {object} */ keys) =>
    pageKey({ key: '', altKey: false, shiftKey: false, ctrlKey: false, metaKey: false, ...keys });
  assert.deepEqual(press({ key: 'ArrowDown', altKey: true }), { do: 'room', by: 1, unread: false });
  assert.deepEqual(press({ key: 'ArrowUp', altKey: true, shiftKey: true }), { do: 'room', by: -1, unread: true });
  assert.deepEqual(press({ key: 'Escape' }), { do: 'latest' });
  assert.equal(press({ key: 'ArrowUp' }), null);
  assert.equal(press({ key: 'ArrowUp', altKey: true, ctrlKey: true }), null);
  const rooms = [1, 2, 3].map((id) => ({ id, unread: id === 3 ? 4 : 0 }));
  assert.deepEqual([nextRoom(rooms, 1, 1, false), nextRoom(rooms, 1, -1, false), nextRoom(rooms, 1, 1, true)], [2, 3, 3]);
  assert.equal(nextRoom(rooms, 3, 1, true), null);
  assert.equal(nextRoom(rooms.slice(0, 1), 1, 1, false), null);
});

test('how long ago something was is said in the largest unit that fits', () => {
  const MINUTE = 60_000;
  const now = 1_800_000_000_000;
  for (const [minutes, words] of /** @type {const} */ ([
    [0, 'this minute'],
    [-3, 'this minute'],
    [59, '59 minutes ago'],
    [60, '1 hour ago'],
    [24 * 60, 'yesterday'],
    [29 * 24 * 60, '29 days ago'],
    [31 * 24 * 60, 'last month'],
    [800 * 24 * 60, '2 years ago'],
  ]))
    assert.equal(ago(now - minutes * MINUTE, now, 'en'), words);
});
