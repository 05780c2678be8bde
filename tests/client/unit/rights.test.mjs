import assert from 'node:assert/strict';
import { test } from 'node:test';
import { may, mayRemove, mayServe, outranks, ROLES } from '../../../assets/core/rights.js';

/** @typedef {import('../../../assets/core/proto.js').Role} Role */
/** @typedef {import('../../../assets/core/rights.js').RoomDeed} RoomDeed */
/** @typedef {import('../../../assets/core/proto.js').RoomKind} RoomKind */
/** @typedef {import('../../../assets/core/rights.js').Standing} Standing */

/** @type {RoomDeed[]} */
const DEEDS = ['leave', 'topic', 'bring', 'link', 'remove', 'arrange', 'archive', 'demolish', 'deleteOther'];

/** What somebody may do, in one line. @param {Role} role @param {RoomKind} kind @param {Standing} [standing] */
const all = (role, kind, standing = 'inside') => DEEDS.filter((deed) => may(role, deed, kind, standing)).join(' ');

test('the table of rights is that of the server', () => {
  assert.equal(all('guest', 'open'), 'leave');
  assert.equal(all('guest', 'private', 'maker'), 'leave demolish');
  assert.equal(all('visitor', 'open'), 'leave topic');
  assert.equal(all('visitor', 'open', 'maker'), 'leave topic remove arrange archive');
  assert.equal(all('member', 'private'), 'leave topic bring link');
  assert.equal(all('member', 'open', 'maker'), 'leave topic bring link remove arrange archive');
  assert.equal(all('member', 'private', 'maker'), 'leave topic bring link remove arrange archive demolish');
  assert.equal(all('moderator', 'private'), 'leave topic bring link remove arrange archive deleteOther');
  assert.equal(all('owner', 'open'), DEEDS.join(' '));
});

test('a direct room is its people’s: nothing of it can be changed, whoever one is', () => {
  assert.equal(all('owner', 'direct', 'maker'), 'deleteOther');
  assert.equal(all('member', 'direct', 'maker'), '');
});

test('before one is anybody, one may do nothing', () => {
  assert.ok(!DEEDS.some((deed) => may(undefined, deed, 'open', 'maker')));
  assert.ok(!mayServe(undefined, 'createOpen') && !outranks(undefined, 'guest') && !mayRemove(undefined, 'maker', 'guest'));
});

test('members make private rooms, begin direct ones and invite; whoever walked in makes open ones', () => {
  assert.deepEqual(
    ROLES.filter((role) => mayServe(role, 'createOpen')),
    ['visitor', 'member', 'moderator', 'owner'],
  );
  for (const deed of /** @type {const} */ (['createPrivate', 'direct', 'invite']))
    assert.deepEqual(
      ROLES.filter((role) => mayServe(role, deed)),
      ['member', 'moderator', 'owner'],
    );
});

test('nobody is stern with an equal, but whoever made a room keeps order among equals', () => {
  for (const role of ROLES) assert.ok(!outranks(role, role));
  assert.ok(outranks('owner', 'moderator') && outranks('moderator', 'guest') && !outranks('member', 'guest'));
  assert.ok(mayRemove('member', 'maker', 'member') && !mayRemove('member', 'maker', 'moderator'));
  assert.ok(!mayRemove('member', 'inside', 'guest') && mayRemove('moderator', 'inside', 'member'));
});
