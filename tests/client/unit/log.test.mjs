import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as logs from '../../../assets/core/log.js';

const bea = { id: 5, name: 'Bea' };

/** @param {number} seq */
const entry = (seq) => ({ room: 1, seq, at: seq * 1000, by: bea, kind: 'message', key: `k${seq}`, text: `${seq}` });

/** @param {number} first @param {number} last */
const run = (first, last) => Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => entry(first + index));

/** @param {logs.Log} log */
const seqs = (log) => log.entries.map((one) => one.seq);

/** What must always hold. @param {logs.Log} log */
function sound(log) {
  for (const part of [log.entries, log.recent]) {
    for (let at = 1; at < part.length; at += 1) assert.equal(part[at].seq, part[at - 1].seq + 1, 'a gap or a double');
  }
  assert.ok(log.recent.length <= logs.RECENT_MAX);
  assert.ok(logs.lastSeq(log) <= log.cursor);
  if (log.recent.length > 0) assert.equal(log.recent[log.recent.length - 1].seq, log.cursor);
}

test('entries follow the cursor, known ones are ignored, a hole is reported and taken by nobody', () => {
  const start = logs.reset(3, run(1, 3));
  assert.equal(logs.take(start, entry(2)).outcome, 'held');
  assert.equal(logs.take(start, entry(3)).log, start);
  const hole = logs.take(start, entry(5));
  assert.deepEqual([hole.outcome, hole.log], ['hole', start]);
  const taken = logs.take(start, entry(4));
  assert.deepEqual([taken.outcome, taken.log.cursor, seqs(taken.log)], ['taken', 4, [1, 2, 3, 4]]);
});

test('while one reads further up, new entries move the cursor and not the window, and the way back needs no network', () => {
  let log = logs.trim(logs.reset(100, run(51, 100)), 'end', 20);
  assert.ok(!logs.endsAtCursor(log));
  log = logs.take(log, entry(101)).log;
  assert.deepEqual([log.cursor, logs.lastSeq(log)], [101, 80]);
  assert.deepEqual(
    seqs(logs.toLatest(log)),
    run(52, 101).map((one) => one.seq),
  );
});

test('history joins on either side, and a page that touches nothing is left out', () => {
  const log = logs.trim(logs.reset(100, run(51, 100)), 'end', 20);
  assert.deepEqual(
    seqs(logs.join(log, run(41, 50))),
    run(41, 80).map((one) => one.seq),
  );
  assert.deepEqual(
    seqs(logs.join(log, run(81, 90))),
    run(51, 90).map((one) => one.seq),
  );
  assert.deepEqual(
    seqs(logs.join(log, run(40, 60))),
    run(40, 80).map((one) => one.seq),
  );
  assert.equal(logs.join(log, run(20, 40)), log);
  assert.equal(logs.join(log, run(85, 90)), log);
  assert.equal(logs.join(log, run(55, 60)), log);
  assert.equal(logs.join(log, []), log);
});

test('history never reaches past the cursor, where the live entries will come', () => {
  const log = logs.reset(10, run(1, 10));
  assert.equal(logs.join(log, run(11, 12)), log);
});

test('every interleaving of live entries, repeats, pages, trims, resets and returns keeps one unbroken run', () => {
  /** @type {((log: logs.Log) => logs.Log)[]} */
  const moves = [
    (log) => logs.take(log, entry(log.cursor + 1)).log,
    (log) => logs.take(log, entry(Math.max(1, log.cursor))).log,
    (log) => logs.take(log, entry(log.cursor + 2)).log,
    (log) => logs.join(log, run(Math.max(1, logs.firstSeq(log) - 3), logs.firstSeq(log) - 1)),
    (log) => logs.join(log, run(logs.lastSeq(log) + 1, Math.min(log.cursor, logs.lastSeq(log) + 3))),
    (log) => logs.join(log, run(1, 2)),
    (log) => logs.trim(log, 'top', 2),
    (log) => logs.trim(log, 'end', 2),
    (log) => logs.toLatest(log),
    (log) => logs.reset(log.cursor + 5, run(log.cursor + 1, log.cursor + 5)),
  ];
  const visit = (/** @type {logs.Log} */ log, /** @type {number} */ depth) => {
    sound(log);
    if (depth > 0) for (const move of moves) visit(move(log), depth - 1);
  };
  visit(logs.reset(6, run(4, 6)), 5);
  visit(logs.EMPTY_LOG, 4);
});

test('a client that loses the link at any entry ends up where one that never lost it does', () => {
  const all = run(1, 12);
  for (let cut = 0; cut <= 12; cut += 1) {
    for (let repeat = 0; repeat <= cut; repeat += 1) {
      let log = logs.reset(1, all.slice(0, 1));
      for (const one of [...all.slice(1, cut), ...all.slice(Math.max(0, cut - repeat))]) log = logs.take(log, one).log;
      assert.deepEqual([log.cursor, seqs(log)], [12, all.map((one) => one.seq)], `cut at ${cut}, ${repeat} repeated`);
    }
  }
});

test('the newest entries kept aside stay few', () => {
  let log = logs.reset(1, run(1, 1));
  for (let seq = 2; seq < 200; seq += 1) log = logs.take(log, entry(seq)).log;
  assert.equal(log.recent.length, logs.RECENT_MAX);
});

/** @param {number} seq @param {number} target */
const deletion = (seq, target) => ({ room: 1, seq, at: seq * 1000, by: bea, kind: 'delete', key: `k${seq}`, target });

/** @param {readonly import('../../../assets/core/proto.js').Entry[]} entries */
const words = (entries) => entries.map(({ text }) => text ?? '');

test('a deletion takes the words out of what is held, and out of pages that were on their way before it', () => {
  const window = logs.trim(logs.reset(6, run(1, 6)), 'top', 3);
  const held = logs.take(window, deletion(7, 5)).log;
  assert.deepEqual(words(held.entries), ['4', '', '6', '']);
  assert.deepEqual(words(held.recent), ['1', '2', '3', '4', '', '6', '']);
  const away = logs.take(held, deletion(8, 2)).log;
  assert.deepEqual(words(logs.join(away, run(1, 3)).entries), ['1', '', '3', '4', '', '6', '', '']);
});

test('the way back to the newest brings no deleted words', () => {
  const up = logs.trim(logs.reset(4, run(1, 4)), 'end', 2);
  const log = logs.toLatest(logs.take(up, deletion(5, 4)).log);
  assert.deepEqual(words(log.entries), ['1', '2', '3', '', '']);
});

test('a page that replaces everything is held without the words it says are deleted', () => {
  const log = logs.reset(4, [...run(1, 3), deletion(4, 2)]);
  assert.deepEqual(words(log.entries), ['1', '', '3', '']);
  assert.deepEqual(words(log.recent), words(log.entries));
});
