// Where one is, as the address bar says it: `#7` is room 7, `#7/4211` a message there, `#rooms` the hall with all doors.

/** The address of the hall. */
export const HALL = '#rooms';

/** The address of a room, or of a message in it. @param {number} room @param {number} [seq] */
export const roomPlace = (room, seq) => (seq ? `#${room}/${seq}` : `#${room}`);

const PLACE = /^#([1-9]\d{0,15})(?:\/([1-9]\d{0,15}))?$/;

/**
 * The room that an address names, or `null`.
 * @param {string} hash @returns {number | null}
 */
export function placeRoom(hash) {
  const found = PLACE.exec(hash);
  return found && Number(found[1]);
}

/** The message that an address names, or 0. @param {string} hash */
export const placeMessage = (hash) => Number(PLACE.exec(hash)?.[2] ?? 0);

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
