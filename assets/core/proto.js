// The words of the protocol (docs/protocol.md) as types, and the two ways across: a request becomes text, text becomes
// a reply or an event.

import { say } from './words.js';

/** @typedef {{id: number, name: string}} Person */
/** Somebody in a room now; `away` from all they have open. @typedef {Person & {away?: boolean}} Sitter */

/** What somebody is to the server. @typedef {'guest' | 'visitor' | 'member' | 'moderator' | 'owner'} Role */

/**
 * Oneself. `account` is the name that one signs in with, if there is one; `muted_until` is when one may speak again, in
 * Unix milliseconds (0: now).
 * @typedef {{id: number, name: string, role: Role, account: string | null, muted_until: number}} Account
 */

/**
 * What holds in a room: whether who comes in sees what was said before, the least time between two messages of one person in
 * milliseconds (0: none), whether it is for reading only.
 * @typedef {{shows_past: boolean, slow_ms: number, archived: boolean}} Rules
 */

/** An emoji under a message, and who has put it there, the first first. @typedef {{emoji: string, by: readonly number[]}} Reaction */

/**
 * A file of a message: its media type, its length, and of a picture how large it is shown.
 * @typedef {{id: number, name: string, type: string, bytes: number, width?: number, height?: number}} FileView
 */

/**
 * One entry of a room's log. `key`, `text`, `rules` and `target` are there for the kinds that carry them; `who` is whom it
 * happened to, where that is not `by`. A message has `reply_to`, the number of the one it answers, `edited_at`, `mentions`
 * (whom it calls; 0: everybody), `reactions` and `files` where there are any.
 * @typedef {{room: number, seq: number, at: number, by: Person, kind: string, key?: string, text?: string, who?: Person,
 *   rules?: Rules, target?: number, reply_to?: number, edited_at?: number, mentions?: readonly number[],
 *   reactions?: readonly Reaction[], files?: readonly FileView[]}} Entry
 */

/** What one wants to be told of a room. @typedef {'all' | 'mentions' | 'nothing'} Level */

/**
 * Whoever knows of it may join; only who is brought in; two to eight people among themselves.
 * @typedef {'open' | 'private' | 'direct'} RoomKind
 */

/**
 * A room one is in, as `hello`, `create` and `join` tell it. `since` is the first entry one may see, `made` whether one has made
 * the room; `people` are the others in a direct one, which has no name.
 * @typedef {{id: number, name: string, topic: string, kind: RoomKind, since: number, made: boolean, people?: Person[],
 *   head: number, read: number, unread: number, mentions: number, level: Level} & Rules} RoomInfo
 */

/**
 * Somebody in a room, as `members` lists them: whether they are connected now, and whether they have made it.
 * @typedef {{id: number, name: string, role: Role, here: boolean, away?: boolean, here_at?: number, maker: boolean}} Member
 */

/** Somebody on this server, as `people` lists them. @typedef {{id: number, name: string, role: Role}} Somebody */

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

/**
 * A request as the text of one frame. Half a character, as a torn paste leaves it, has no place in UTF-8: it becomes U+FFFD.
 * @param {string} op @param {number} id @param {object} [fields] @returns {string}
 */
export function encode(op, id, fields = {}) {
  return JSON.stringify({ op, id, ...fields }, (_, value) => (typeof value === 'string' ? value.toWellFormed() : value));
}

/** What the server calls whoever has left for good. */
const LEFT = 'Someone who left';

/**
 * JSON of the server; whoever has left is called so in the language that is spoken here.
 * @param {string} text @returns {any} throws where that is no JSON
 */
export function read(text) {
  if (!text.includes(LEFT)) return JSON.parse(text);
  return JSON.parse(text, (name, value) => (name === 'name' && value === LEFT ? say('names.left') : value));
}

/**
 * What a frame of the server says: a reply, an event, or `null` when it is neither.
 * @param {unknown} text @returns {{reply: Reply} | {event: Happening} | null}
 */
export function decode(text) {
  if (typeof text !== 'string') return null;
  let frame;
  try {
    frame = read(text);
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
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_');
}
