import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as logs from '../../../assets/core/log.js';

/**
 * What a client saw, step by step, in one run of the server's own room through `tests/model.rs`, and what it must hold then.
 * @typedef {{connect?: number | null, entry?: number, reset?: number[], head?: number}} Step
 * @typedef {{steps: Step[], held: number[]}} Trace
 */

/** @type {Trace[]} */
const traces = JSON.parse(readFileSync(new URL('traces.json', import.meta.url), 'utf8'));

/** @param {number} seq */
const entry = (seq) => ({ room: 1, seq, at: 0, by: { id: 2, name: 'Bea' }, kind: 'message', key: `k${seq}`, text: 'x' });

test('through every run of the server that the model found, the client ends with exactly the log', () => {
  assert.ok(traces.length > 50);
  for (const trace of traces) {
    const told = JSON.stringify(trace);
    let log = /** @type {logs.Log | null} */ (null);
    for (const step of trace.steps) {
      if (step.reset !== undefined) {
        log = logs.reset(step.head ?? 0, step.reset.map(entry));
      } else if (step.entry !== undefined) {
        assert.ok(log, told);
        const taken = logs.take(log, entry(step.entry));
        assert.notEqual(taken.outcome, 'hole', told);
        log = taken.log;
      } else {
        assert.equal(log?.cursor ?? null, step.connect, told);
      }
    }
    assert.deepEqual(
      log?.entries.map((one) => one.seq),
      trace.held,
      told,
    );
  }
});

/**
 * The same with whole entries, through `tests/model.rs` with edits, reactions and deletions.
 * @typedef {import('../../../assets/core/proto.js').Entry} Entry
 * @typedef {{steps: {connect?: number | null, entry?: Entry, reset?: Entry[], head?: number}[], held: Entry[]}} Changes
 */

/** @type {Changes[]} */
const changes = JSON.parse(readFileSync(new URL('changes.json', import.meta.url), 'utf8'));

test('through every run with edits, reactions and deletions, the client ends with what a fresh read gives', () => {
  assert.ok(changes.length > 50);
  let changed = 0;
  for (const trace of changes) {
    let log = /** @type {logs.Log | null} */ (null);
    for (const step of trace.steps) {
      if (step.reset !== undefined) log = logs.reset(step.head ?? 0, step.reset);
      else if (step.entry !== undefined && log) log = logs.take(log, step.entry).log;
    }
    assert.deepEqual(log?.entries, trace.held);
    changed += trace.held.filter(
      (entry) => entry.edited_at || entry.reactions || (entry.kind === 'message' && !entry.text),
    ).length;
  }
  assert.ok(changed > 30, `only ${changed} messages were changed`);
});

test('a page of history that was read before a change ends up as one that was read after it', () => {
  const by = { id: 2, name: 'Bea' };
  /** @param {number} seq @param {string} kind @param {object} more @returns {Entry} */
  const entry = (seq, kind, more) => ({ room: 1, seq, at: seq, by, kind, key: `k${seq}`, ...more });
  const old = [1, 2, 3].map((seq) => entry(seq, 'message', { text: `old ${seq}` }));
  let log = logs.reset(4, [entry(4, 'message', { text: 'x' })]);
  for (const change of [
    entry(5, 'edit', { target: 1, text: 'new 1', mentions: [9] }),
    entry(6, 'react', { target: 2, text: '🍞' }),
    entry(7, 'delete', { target: 3 }),
  ])
    log = logs.take(log, change).log;
  for (const read of [logs.join(log, old), logs.turnTo(log, old)]) {
    const [one, two, three] = read.entries;
    assert.deepEqual([one.text, one.edited_at, one.mentions], ['new 1', 5, [9]]);
    assert.deepEqual(two.reactions, [{ emoji: '🍞', by: [2] }]);
    assert.equal('text' in three, false);
  }
});
