// Who may do what, and where: the mirror of src/rights.rs. It decides what is shown; the server decides what is done.

/** @typedef {import('./proto.js').Role} Role */
/** @typedef {import('./proto.js').RoomKind} RoomKind */

/** What one is to a room that one is in. @typedef {'inside' | 'maker'} Standing */

/** What is done in a room. @typedef {'leave' | 'topic' | 'bring' | 'link' | 'remove' | 'arrange' | 'archive' | 'demolish' | 'deleteOther' | 'revisions' | 'summon'} RoomDeed */

/**
 * What concerns the whole server.
 * @typedef {'createOpen' | 'createPrivate' | 'direct' | 'listPeople' | 'invite' | 'keepBots' | 'moderate' | 'readReports' | 'appoint' | 'readAudit'} Deed
 */

/** All roles, the least first. @type {readonly Role[]} */
export const ROLES = ['guest', 'visitor', 'member', 'moderator', 'owner'];

/** Whether a role is that one or a higher one. @param {Role | undefined} role @param {Role} least */
const atLeast = (role, least) => role !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(least);

/**
 * Whether one may do that in a room of that kind that one is in.
 * @param {Role | undefined} role @param {RoomDeed} deed @param {RoomKind} kind @param {Standing} standing @returns {boolean}
 */
export function may(role, deed, kind, standing) {
  if (deed === 'deleteOther' || deed === 'revisions') return atLeast(role, 'moderator');
  if (deed === 'summon' && kind !== 'open') return atLeast(role, 'visitor');
  if (kind === 'direct' || role === undefined) return false;
  switch (deed) {
    case 'leave':
      return true;
    case 'topic':
      return atLeast(role, 'visitor');
    case 'bring':
    case 'link':
      return atLeast(role, 'member');
    case 'remove':
    case 'arrange':
    case 'archive':
    case 'summon':
      return atLeast(role, standing === 'maker' ? 'visitor' : 'moderator');
    case 'demolish':
      return role === 'owner' || (kind === 'private' && standing === 'maker');
  }
}

/** The least role that may do what concerns the whole server. @type {Record<Deed, Role>} */
const LEAST = {
  createOpen: 'visitor',
  createPrivate: 'member',
  direct: 'member',
  listPeople: 'member',
  invite: 'member',
  keepBots: 'member',
  moderate: 'moderator',
  readReports: 'moderator',
  appoint: 'owner',
  readAudit: 'owner',
};

/** Whether one may do what concerns the whole server. @param {Role | undefined} role @param {Deed} deed */
export function mayServe(role, deed) {
  return atLeast(role, LEAST[deed]);
}

/** Whether `by` may be stern with `whom`. @param {Role | undefined} by @param {Role} whom */
export function outranks(by, whom) {
  return atLeast(by, 'moderator') && !atLeast(whom, /** @type {Role} */ (by));
}

/**
 * Whether somebody who may remove people from a room may remove one of that role.
 * @param {Role | undefined} by @param {Standing} standing @param {Role} whom
 */
export function mayRemove(by, standing, whom) {
  return outranks(by, whom) || (standing === 'maker' && atLeast(by, whom));
}
