import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rooms } from '../../../assets/store/rooms.js';

const RULES = { shows_past: true, slow_ms: 0, archived: false };
const INFO = {
  topic: '',
  since: 1,
  made: false,
  head: 1,
  read: 1,
  unread: 0,
  mentions: 0,
  level: /** @type {const} */ ('all'),
  ...RULES,
};

/** @param {number} id @param {object} [more] @returns {import('../../../assets/core/proto.js').RoomInfo} */
const info = (id, more) => ({ id, name: `Room ${id}`, kind: 'open', ...INFO, ...more });

const BEA = { id: 5, name: 'Bea' };

/** @param {(op: string) => any} [answer] */
const house = (answer = () => ({})) =>
  new Rooms(
    async (op) => answer(op),
    () => 'key',
  );

/** @param {string} kind @param {object} [more] @returns {import('../../../assets/core/proto.js').Entry} */
const entry = (kind, more) => ({ room: 1, seq: 2, at: 0, by: BEA, kind, ...more });

test('a direct room is called after its people, also when one of them takes another name', () => {
  const rooms = house();
  rooms.welcome([info(1, { name: '', kind: 'direct', people: [BEA, { id: 6, name: 'Noor' }] })]);
  const [room] = rooms.list.value;
  assert.equal(room.name.value, 'Bea and Noor');
  room.heed(entry('message', { by: { id: 5, name: 'Beatrix' }, text: 'It is me' }));
  assert.equal(room.name.value, 'Beatrix and Noor');
});

test('what came while the server did not know how far one has read is counted, and no more than that', () => {
  const rooms = house();
  rooms.welcome([info(1, { head: 100, read: 98, unread: 2 })]);
  const [room] = rooms.list.value;
  room.readTo(100, 3);
  assert.equal(room.unread.value, 0);
  room.update(info(1, { head: 100, read: 98, unread: 2, level: 'mentions' }));
  assert.deepEqual([room.read.value, room.unread.value, room.level.value], [100, 0, 'mentions']);
  room.update(info(1, { head: 1600, read: 98, unread: 100, mentions: 4 }));
  assert.deepEqual([room.unread.value, room.mentions.value, room.countedTo], [100, 4, 1600]);
  room.update(info(1, { head: 103, read: 98, unread: 5 }));
  assert.equal(room.unread.value, 3);
});

test('entries change the name, the topic and what holds in a room', () => {
  const rooms = house();
  rooms.welcome([info(1)]);
  const [room] = rooms.list.value;
  room.heed(entry('name', { text: 'Long table' }));
  room.heed(entry('topic', { text: 'Bread' }));
  room.heed(entry('rules', { rules: { shows_past: false, slow_ms: 5000, archived: true } }));
  assert.deepEqual([room.name.value, room.topic.value, room.archived.value], ['Long table', 'Bread', true]);
  assert.deepEqual(room.rules.value, { shows_past: false, slow_ms: 5000, archived: true });
});

test('the hall has the rooms first, archived ones after the others, and then the people', () => {
  const rooms = house();
  rooms.welcome([info(1, { archived: true }), info(2, { kind: 'direct', people: [BEA] }), info(3, { kind: 'private' })]);
  assert.deepEqual(
    rooms.ordered.value.map((room) => room.id),
    [3, 1, 2],
  );
  assert.equal(rooms.current.value?.id, 3);
});

test('who is removed from the room they are in is told, and is in another', () => {
  const rooms = house();
  rooms.welcome([info(1), info(2)]);
  rooms.go(2);
  rooms.left(2);
  assert.equal(rooms.current.value?.id, 1);
  assert.deepEqual(rooms.lost.value, [{ id: 2, name: 'Room 2', willing: false }]);
  rooms.joined(info(2));
  assert.deepEqual(rooms.lost.value, []);
});

test('a room that was lost without a connection is noticed when that is back', () => {
  const rooms = house();
  rooms.welcome([info(1), info(2)]);
  rooms.go(2);
  rooms.welcome([info(1)]);
  assert.deepEqual(rooms.lost.value, [{ id: 2, name: 'Room 2', willing: false }]);
  assert.equal(rooms.place.value, 1);
});

test('who leaves by themselves, or deletes a room, knows it, also when the event comes first', async () => {
  const rooms = house((op) => {
    rooms.left(op === 'leave' ? 1 : 2);
    return {};
  });
  rooms.welcome([info(1), info(2)]);
  await rooms.leave(1);
  await rooms.demolish(2, 'Room 2');
  assert.deepEqual(
    rooms.lost.value.map((one) => one.willing),
    [true, true],
  );
});

test('of whoever has gone, nothing is left for who comes next', () => {
  const rooms = house();
  rooms.welcome([info(1)]);
  rooms.left(1);
  rooms.forget();
  assert.deepEqual([rooms.list.value, rooms.lost.value], [[], []]);
});
