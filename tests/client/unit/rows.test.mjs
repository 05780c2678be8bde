import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reset, take, trim } from '../../../assets/core/log.js';
import { post } from '../../../assets/core/outbox.js';
import { excess, ROWS_MAX, rows, unreadBehind } from '../../../assets/core/rows.js';

const me = { id: 3, name: 'Rosa' };
const bea = { id: 5, name: 'Bea' };
const joss = { id: 9, name: 'Joss' };
const NOON = new Date(2026, 10, 14, 12).getTime();
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** @param {number} seq @param {{id: number, name: string}} by @param {number} at @param {object} [more] */
const said = (seq, by, at, more = {}) => ({ room: 1, seq, at, by, kind: 'message', key: `k${seq}`, text: `${seq}`, ...more });

/** @param {import('../../../assets/core/proto.js').Entry[]} entries @param {object} [more] */
const shown = (entries, more = {}) => ({
  log: reset(entries.at(-1)?.seq ?? 0, entries),
  letters: [],
  me,
  fresh: null,
  start: 1,
  direct: false,
  quotes: new Map(),
  ...more,
});

/** @param {readonly import('../../../assets/core/rows.js').Row[]} made */
const short = (made) => made.map((row) => (row.type === 'message' ? `${row.id}${row.first ? ' first' : ''}` : row.type));

test('messages of one person within ten minutes stand together; another person, a pause or a new day opens a group', () => {
  const made = rows(
    shown([
      said(1, bea, NOON),
      said(2, bea, NOON + MINUTE),
      said(3, bea, NOON + 12 * MINUTE),
      said(4, joss, NOON + 12 * MINUTE),
      said(5, joss, NOON + DAY),
    ]),
  );
  assert.deepEqual(short(made), ['day', 's1 first', 's2', 's3 first', 's4 first', 'day', 's5 first']);
});

test('a waiting message and the stored one are the same row, so it is replaced in place', () => {
  const entries = [said(1, bea, NOON)];
  const letters = post([], { key: 'mine', room: 1, text: 'hello', at: NOON + MINUTE });
  const before = rows(shown(entries, { letters }));
  const after = rows(shown([...entries, said(2, me, NOON + MINUTE, { key: 'mine', text: 'hello' })], { letters }));
  assert.deepEqual(short(before), ['day', 's1 first', 'kmine first']);
  assert.deepEqual(short(after), short(before));
  assert.deepEqual(
    [before.at(-1), after.at(-1)].map((row) => row?.type === 'message' && row.state),
    ['queued', 'sent'],
  );
});

test('the key of somebody else is not mine', () => {
  const letters = post([], { key: 'same', room: 1, text: 'hello', at: NOON });
  const made = rows(shown([said(1, bea, NOON, { key: 'same' })], { letters }));
  assert.deepEqual(short(made), ['day', 's1 first', 'ksame first']);
});

test('waiting messages stand below the newest entry only', () => {
  const letters = post([], { key: 'mine', room: 1, text: 'hello', at: NOON });
  const log = trim(reset(3, [said(1, bea, NOON), said(2, bea, NOON), said(3, bea, NOON)]), 'end', 1);
  assert.deepEqual(short(rows({ log, letters, me, fresh: null, start: 1, direct: false, quotes: new Map() })), [
    'day',
    's1 first',
    's2',
  ]);
});

test('the divider stands once, before the first new message of another', () => {
  const entries = [said(1, bea, NOON), said(2, me, NOON), said(3, bea, NOON + MINUTE), said(4, bea, NOON + 2 * MINUTE)];
  assert.deepEqual(short(rows(shown(entries, { fresh: 1 }))), ['day', 's1 first', 'kk2 first', 'new', 's3 first', 's4']);
  assert.deepEqual(short(rows(shown(entries, { fresh: 4 }))), ['day', 's1 first', 'kk2 first', 's3 first', 's4']);
  const row = rows(shown(entries, { fresh: 1 })).find((one) => one.type === 'new');
  assert.equal(row?.type === 'new' && row.since, NOON);
});

test('the divider waits until what was read last is in the window', () => {
  const entries = [said(7, bea, NOON), said(8, bea, NOON)];
  assert.ok(!short(rows(shown(entries, { fresh: 3 }))).includes('new'));
  assert.ok(short(rows(shown([said(6, me, NOON), ...entries], { fresh: 6 }))).includes('new'));
  assert.ok(short(rows(shown([said(1, bea, NOON)], { fresh: 0 }))).includes('new'));
});

test('whoever came in later has the divider too: above the first entry that they may see there is nothing to wait for', () => {
  const entries = [said(7, bea, NOON), said(8, bea, NOON)];
  assert.deepEqual(short(rows(shown(entries, { fresh: 0, start: 7 }))), ['day', 'new', 's7 first', 's8']);
  assert.ok(!short(rows(shown(entries, { fresh: 0, start: 3 }))).includes('new'));
});

test('a deleted message keeps its place and none of its words, is not what is new, and counts as nothing unread', () => {
  const struck = said(2, bea, NOON, { text: undefined });
  const entries = [said(1, bea, NOON), struck, { ...said(3, bea, NOON), kind: 'delete', target: 2, text: undefined }];
  const made = rows(shown([...entries, said(4, bea, NOON)], { fresh: 1 }));
  assert.deepEqual(short(made), ['day', 's1 first', 's2', 'new', 's4 first']);
  const row = made.find((one) => one.type === 'message' && one.seq === 2);
  assert.ok(row?.type === 'message' && row.state === 'gone' && row.text === '');
  assert.equal(unreadBehind(entries, 0, me.id), 1);
});

test('those who come in one after the other share a line; unknown kinds leave none', () => {
  const kind = (/** @type {number} */ seq, /** @type {any} */ by, /** @type {string} */ what) => ({
    room: 1,
    seq,
    at: NOON,
    by,
    kind: what,
  });
  const made = rows(
    shown([kind(1, bea, 'join'), kind(2, joss, 'join'), kind(3, joss, 'wink'), kind(4, bea, 'leave'), said(5, joss, NOON)]),
  );
  assert.deepEqual(short(made), ['day', 'quiet', 'quiet', 's5 first']);
  assert.ok(made[1].type === 'quiet' && made[1].names === 'Bea\nJoss' && made[1].people === 2);
});

test('in a direct room nobody comes in, and who leaves is told', () => {
  const kind = (/** @type {number} */ seq, /** @type {string} */ what, /** @type {object} */ more = {}) =>
    said(seq, bea, NOON, { kind: what, text: undefined, ...more });
  const entries = [kind(1, 'join'), kind(2, 'join', { who: joss }), said(3, bea, NOON), kind(4, 'leave')];
  assert.deepEqual(short(rows(shown(entries, { direct: true }))), ['day', 's3 first', 'quiet']);
  assert.deepEqual(short(rows(shown(entries))), ['day', 'quiet', 'quiet', 's3 first', 'quiet']);
});

test('every row has an id of its own', () => {
  let log = reset(1, [said(1, bea, NOON)]);
  for (let seq = 2; seq < 60; seq += 1) log = take(log, said(seq, seq % 3 ? bea : me, NOON + seq * DAY)).log;
  const ids = rows({
    log,
    letters: post([], { key: 'z', room: 1, text: 'z', at: NOON + 61 * DAY }),
    me,
    fresh: 9,
    start: 1,
    quotes: new Map(),
    direct: false,
  }).map((row) => row.id);
  assert.equal(new Set(ids).size, ids.length);
});

test('what is too much for the page is counted', () => {
  const entries = Array.from({ length: ROWS_MAX + 9 }, (_, index) => said(index + 1, bea, NOON));
  assert.equal(excess(rows(shown(entries))), 10);
  assert.equal(excess(rows(shown(entries.slice(20)))), 0);
});

test('unread counts the messages of others behind what was read', () => {
  const entries = [said(1, bea, NOON), said(2, me, NOON), { ...said(3, bea, NOON), kind: 'topic' }, said(4, joss, NOON)];
  assert.deepEqual(
    [0, 1, 4].map((seq) => unreadBehind(entries, seq, me.id)),
    [2, 1, 0],
  );
});

test('an answer knows what it answers, from the log or from what was fetched; null: it is not for one to see', () => {
  const entries = [
    said(7, bea, NOON),
    said(8, me, NOON, { reply_to: 7 }),
    said(9, me, NOON, { reply_to: 2 }),
    said(10, me, NOON, { reply_to: 1 }),
  ];
  const quotes = new Map([
    [2, said(2, joss, NOON)],
    [1, null],
  ]);
  const made = rows(shown(entries, { quotes })).filter((row) => row.type === 'message');
  assert.deepEqual(
    made.map((row) => (row.quote === null ? null : row.quote?.seq)),
    [undefined, 7, 2, null],
  );
});

test('an edit and a reaction of one’s own are seen before they are stored, and a refused edit says so', () => {
  const entries = [said(7, me, NOON), said(8, bea, NOON, { reactions: [{ emoji: '🍞', by: [5] }] })];
  let letters = post([], { key: 'e', room: 1, text: 'better', at: NOON, op: 'edit', target: 7 });
  letters = post(letters, { key: 'r', room: 1, text: '🍞', at: NOON, op: 'react', target: 8, on: true });
  /** @param {typeof letters} some */
  const made = (some) => rows(shown(entries, { letters: some })).filter((row) => row.type === 'message');
  const [edited, reacted] = made(letters);
  assert.deepEqual([edited.text, edited.change, edited.state], ['better', 'wait', 'sent']);
  assert.deepEqual(reacted.reactions, [{ emoji: '🍞', by: [5, 3] }]);
  assert.equal(made(letters).length, 2, 'they are no rows of their own');
  const [refused] = made(letters.map((letter) => ({ ...letter, state: 'refused', why: 'no' })));
  assert.deepEqual([refused.change, refused.why, refused.key], ['refused', 'no', 'e']);
});

test('a refused edit of a message that lies further up is shown by itself, a waiting one is not', () => {
  const letters = post([], { key: 'e', room: 1, text: 'better', at: NOON, op: 'edit', target: 7 });
  /** @param {'queued' | 'refused'} state */
  const made = (state) =>
    rows(shown([said(9, bea, NOON)], { letters: letters.map((letter) => ({ ...letter, state, why: 'no' })) }));
  assert.deepEqual(
    made('queued').map(({ type }) => type),
    ['day', 'message'],
  );
  const last = made('refused').at(-1);
  assert.ok(last?.type === 'message');
  assert.deepEqual([last.key, last.text, last.state, last.why], ['e', 'better', 'refused', 'no']);
});

test('whom the server says a message calls, it calls', () => {
  const made = rows(
    shown([
      said(1, bea, NOON, { mentions: [3] }),
      said(2, bea, NOON, { mentions: [0] }),
      said(3, me, NOON, { mentions: [3] }),
      said(4, bea, NOON),
    ]),
  );
  assert.deepEqual(
    made.filter((row) => row.type === 'message').map((row) => row.calls),
    [true, true, false, false],
  );
});
