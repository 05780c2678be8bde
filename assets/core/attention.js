// What one is told of, and how: by what one wants to be told of a room, and whether it is quiet hours.

import { calls, isSaid } from './rows.js';

/** @typedef {import('./proto.js').Entry} Entry */
/** @typedef {import('./proto.js').Level} Level */

/**
 * What an entry is to somebody: a call (their name, or a private message), a message, or nothing that they want to be told of.
 * @param {Entry} entry @param {number} me @param {{level: Level, direct: boolean}} room @returns {'call' | 'message' | ''}
 */
export function weigh(entry, me, { level, direct }) {
  if (!isSaid(entry) || entry.by.id === me || level === 'nothing') return '';
  if (direct || calls(entry, me)) return 'call';
  return level === 'all' ? 'message' : '';
}

/** A time of day as minutes since midnight; `NaN` for what is none. @param {string} time such as `22:00` */
const minutes = (time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/**
 * Whether that minute of the day lies in the quiet hours, which may go over midnight.
 * @param {{from: string, to: string} | null | undefined} quiet @param {number} now in minutes since midnight
 */
export function isQuiet(quiet, now) {
  if (!quiet) return false;
  const [from, to] = [minutes(quiet.from), minutes(quiet.to)];
  return from <= to ? now >= from && now < to : now >= from || now < to;
}
