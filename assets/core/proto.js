// The words of the protocol (docs/protocol.md) as types, and the two ways across: a request becomes text, text becomes
// a reply or an event.

/** @typedef {{id: number, name: string}} Person */

/** What somebody is to the server. @typedef {'guest' | 'visitor' | 'member' | 'moderator' | 'owner'} Role */

/**
 * Oneself. `account` is the name that one signs in with, if there is one; `muted_until` is when one may speak again, in
 * Unix milliseconds (0: now).
 * @typedef {{id: number, name: string, role: Role, account: string | null, muted_until: number}} Account
 */

/**
 * One entry of a room's log. `key` and `text` are there for the kinds that carry them.
 * @typedef {{room: number, seq: number, at: number, by: Person, kind: string, key?: string, text?: string}} Entry
 */

/**
 * A room one is in, as `hello`, `create` and `join` tell it.
 * @typedef {{id: number, name: string, topic: string, kind: string, head: number, read: number, unread: number}} RoomInfo
 */

/**
 * A room one may join, as `rooms` lists it.
 * @typedef {{id: number, name: string, topic: string, members: number, joined: boolean}} RoomOffer
 */

/** @typedef {{code: string, text: string, retry_after_ms?: number}} Refusal */

/**
 * @typedef {{re: number | null, result?: any, error?: Refusal}} Reply
 * @typedef {{ev: string} & Record<string, any>} Happening
 */

/** How many random bytes are in a key: as many as make collisions unthinkable in 16 characters. */
const KEY_BYTES = 12;

const KEY_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/**
 * A request as the text of one frame. Half a character, as a torn paste leaves it, has no place in UTF-8: it becomes U+FFFD.
 * @param {string} op @param {number} id @param {object} [fields] @returns {string}
 */
export function encode(op, id, fields = {}) {
  return JSON.stringify({ op, id, ...fields }, (_, value) => (typeof value === 'string' ? value.toWellFormed() : value));
}

/**
 * What a frame of the server says: a reply, an event, or `null` when it is neither.
 * @param {unknown} text @returns {{reply: Reply} | {event: Happening} | null}
 */
export function decode(text) {
  if (typeof text !== 'string') return null;
  let frame;
  try {
    frame = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof frame !== 'object' || frame === null) return null;
  if (typeof frame.ev === 'string') return { event: frame };
  const answers = 'result' in frame || 'error' in frame;
  return 're' in frame && answers ? { reply: frame } : null;
}

/**
 * A fresh key for a message: 16 characters of base64url.
 * @param {(bytes: Uint8Array<ArrayBuffer>) => void} fill fills the bytes at random, such as `crypto.getRandomValues`
 * @returns {string}
 */
export function makeKey(fill) {
  const bytes = new Uint8Array(KEY_BYTES);
  fill(bytes);
  let key = '';
  for (let at = 0; at < KEY_BYTES; at += 3) {
    const word = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
    for (const shift of [18, 12, 6, 0]) key += KEY_LETTERS[(word >> shift) & 63];
  }
  return key;
}
