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
