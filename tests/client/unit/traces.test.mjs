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
