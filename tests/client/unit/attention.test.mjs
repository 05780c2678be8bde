import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isQuiet, weigh } from '../../../assets/core/attention.js';
import { calls } from '../../../assets/core/rows.js';

const ME = 3;

/** @param {object} [more] */
const said = (more) => ({ room: 1, seq: 1, at: 0, by: { id: 5, name: 'Bea' }, kind: 'message', text: 'hi', ...more });

test('who is called by name, by everybody’s name, or in private is called; oneself never is', () => {
  assert.equal(calls(said({ mentions: [ME] }), ME), true);
  assert.equal(calls(said({ mentions: [0] }), ME), true);
  assert.equal(calls(said({ mentions: [9] }), ME), false);
  assert.equal(calls(said({ mentions: [ME], by: { id: ME, name: 'Rosa' } }), ME), false);
  assert.equal(calls(said({ mentions: [ME], text: undefined }), ME), false, 'a deleted one');
});

test('one is told of what one wants to be told of', () => {
  const open = { level: /** @type {const} */ ('all'), direct: false };
  assert.equal(weigh(said(), ME, open), 'message');
  assert.equal(weigh(said({ mentions: [ME] }), ME, open), 'call');
  assert.equal(weigh(said(), ME, { ...open, level: 'mentions' }), '');
  assert.equal(weigh(said({ mentions: [ME] }), ME, { ...open, level: 'mentions' }), 'call');
  assert.equal(weigh(said({ mentions: [ME] }), ME, { ...open, level: 'nothing' }), '');
  assert.equal(weigh(said(), ME, { ...open, direct: true }), 'call');
  assert.equal(weigh(said({ by: { id: ME, name: 'Rosa' } }), ME, open), '');
  assert.equal(weigh(said({ kind: 'join' }), ME, open), '');
});

test('quiet hours may go over midnight', () => {
  const night = { from: '22:00', to: '07:00' };
  const at = (/** @type {number} */ hour, minute = 0) => hour * 60 + minute;
  assert.deepEqual(
    [at(21, 59), at(22), at(0), at(6, 59), at(7)].map((now) => isQuiet(night, now)),
    [false, true, true, true, false],
  );
  assert.deepEqual(
    [at(12), at(13), at(14)].map((now) => isQuiet({ from: '13:00', to: '14:00' }, now)),
    [false, true, false],
  );
  assert.equal(isQuiet(null, 0), false);
});
