// One room's log as this client holds it: a window of entries without gaps, and the cursor, which says how far the log
// itself is known. While one reads the latest, the window ends at the cursor; while one reads further up, it ends earlier,
// and the newest entries stand aside in `recent` for the way back.
//
// Absent: an entry out of order, an entry twice, a gap, a message that does not say what was made of it since.

import { heedAll, isChange } from './changes.js';

/** @typedef {import('./proto.js').Entry} Entry */

/**
 * `cursor` is the `seq` of the last entry of the unbroken run; `entries` is the window, ascending; `recent` ends at the cursor;
 * `changes` are the latest that changed earlier ones, for pages of history that were on their way before them.
 * @typedef {{cursor: number, entries: readonly Entry[], recent: readonly Entry[], changes: readonly Entry[]}} Log
 */

/** How many of the newest entries are kept aside: a screen and a half, so that the way back never waits. */
export const RECENT_MAX = 50;

/** How many changes are remembered: more than come in while a page is on its way. */
const CHANGES_MAX = 200;

/** @type {Log} */
export const EMPTY_LOG = { cursor: 0, entries: [], recent: [], changes: [] };

/**
 * Takes what follows the cursor, ignores what is held already, and reports a hole.
 * @param {Log} log @param {Entry} entry @returns {{log: Log, outcome: 'taken' | 'held' | 'hole'}}
 */
export function take(log, entry) {
  if (entry.seq <= log.cursor) return { log, outcome: 'held' };
  if (entry.seq > log.cursor + 1) return { log, outcome: 'hole' };
  const now = isChange(entry) ? [entry] : [];
  const recent = [...heedAll(log.recent, now), entry].slice(-RECENT_MAX);
  const held = heedAll(log.entries, now);
  const entries = endsAtCursor(log) ? [...held, entry] : held;
  const changes = now.length > 0 ? [...log.changes, entry].slice(-CHANGES_MAX) : log.changes;
  return { log: { cursor: entry.seq, entries, recent, changes }, outcome: 'taken' };
}

/**
 * Replaces all that was held by the latest page.
 * @param {number} head @param {readonly Entry[]} page @returns {Log}
 */
export function reset(head, page) {
  const changes = page.filter(isChange);
  const entries = heedAll(page, changes);
  return { cursor: head, entries, recent: entries.slice(-RECENT_MAX), changes };
}

/**
 * Joins a page of history to the window, on whichever side it touches; a page that touches neither changes nothing.
 * @param {Log} log @param {readonly Entry[]} page @returns {Log}
 */
export function join(log, page) {
  const first = firstSeq(log);
  const last = lastSeq(log);
  const older = page.filter((entry) => entry.seq < first);
  const newer = page.filter((entry) => entry.seq > last && entry.seq <= log.cursor);
  const touchesTop = older.length > 0 && older[older.length - 1].seq === first - 1;
  const touchesEnd = newer.length > 0 && newer[0].seq === last + 1;
  if (!touchesTop && !touchesEnd) return log;
  const entries = [
    ...(touchesTop ? heedAll(older, log.changes) : []),
    ...log.entries,
    ...(touchesEnd ? heedAll(newer, log.changes) : []),
  ];
  return { ...log, entries };
}

/**
 * Puts a page of history from anywhere in the window's place.
 * @param {Log} log @param {readonly Entry[]} page @returns {Log}
 */
export function turnTo(log, page) {
  const entries = heedAll(
    page.filter((entry) => entry.seq <= log.cursor),
    log.changes,
  );
  return entries.length > 0 ? { ...log, entries } : log;
}

/**
 * Lets `count` entries go from one side of the window.
 * @param {Log} log @param {'top' | 'end'} side @param {number} count @returns {Log}
 */
export function trim(log, side, count) {
  if (count <= 0) return log;
  const kept = Math.max(0, log.entries.length - count);
  const entries = side === 'top' ? log.entries.slice(log.entries.length - kept) : log.entries.slice(0, kept);
  return { ...log, entries };
}

/**
 * Brings the window back to the newest entries, and lets all others go.
 * @param {Log} log @returns {Log}
 */
export function toLatest(log) {
  return { ...log, entries: log.recent };
}

/**
 * Lets go of what one may not see any more: one has come in again since.
 * @param {Log} log @param {number} since the first entry that one may see @returns {Log}
 */
export function from(log, since) {
  const seen = (/** @type {Entry} */ entry) => entry.seq >= since;
  return { ...log, entries: log.entries.filter(seen), recent: log.recent.filter(seen) };
}

/** Whether the window ends with the newest entry. @param {Log} log */
export function endsAtCursor(log) {
  return log.entries.length === 0 ? log.recent.length === 0 : lastSeq(log) === log.cursor;
}

/** The `seq` of the first entry in the window, or the one it would have. @param {Log} log */
export function firstSeq(log) {
  return log.entries.length > 0 ? log.entries[0].seq : log.cursor + 1;
}

/** The `seq` of the last entry in the window, or the cursor. @param {Log} log */
export function lastSeq(log) {
  return log.entries.length > 0 ? log.entries[log.entries.length - 1].seq : log.cursor;
}
