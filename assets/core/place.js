// Where one is, as the address bar says it: `#7` is room 7, `#rooms` the hall with all doors.

/** The address of the hall. */
export const HALL = '#rooms';

/** The address of a room. @param {number} room */
export const roomPlace = (room) => `#${room}`;

/**
 * The room that an address names, or `null`.
 * @param {string} hash @returns {number | null}
 */
export function placeRoom(hash) {
  return /^#[1-9]\d{0,15}$/.test(hash) ? Number(hash.slice(1)) : null;
}

/**
 * A link that lets somebody in, as its address says it: to set the house up, or an invitation.
 * @typedef {{kind: 'setup' | 'invitation', token: string}} Ticket
 */

/**
 * The ticket in an address or in a whole link, or `null`.
 * @param {string} text @returns {Ticket | null}
 */
export function placeTicket(text) {
  const found = /#(setup|invitation)=([\w-]{16,128})$/.exec(text.trim());
  return found && { kind: /** @type {Ticket['kind']} */ (found[1]), token: found[2] };
}
