// One room's log as this client holds it: a window of entries without gaps, and the cursor, which says how far the log
// itself is known. While one reads the latest, the window ends at the cursor; while one reads further up, it ends earlier,
// and the newest entries stand aside in `recent` for the way back.
//
// Absent: an entry out of order, an entry twice, a gap, the text of a message whose deletion is known.

/** @typedef {import('./proto.js').Entry} Entry */

/**
 * `cursor` is the `seq` of the last entry of the unbroken run; `entries` is the window, ascending; `recent` ends at the cursor;
 * `struck` are messages whose deletion came in, for pages of history that were on their way before it.
 * @typedef {{cursor: number, entries: readonly Entry[], recent: readonly Entry[], struck: ReadonlySet<number>}} Log
 */

/** How many of the newest entries are kept aside: a screen and a half, so that the way back never waits. */
export const RECENT_MAX = 50;

/** @type {Log} */
export const EMPTY_LOG = { cursor: 0, entries: [], recent: [], struck: new Set() };

/**
 * Takes what follows the cursor, ignores what is held already, and reports a hole.
 * @param {Log} log @param {Entry} entry @returns {{log: Log, outcome: 'taken' | 'held' | 'hole'}}
 */
export function take(log, entry) {
  if (entry.seq <= log.cursor) return { log, outcome: 'held' };
  if (entry.seq > log.cursor + 1) return { log, outcome: 'hole' };
  const struck = entry.kind === 'delete' && entry.target ? new Set([...log.struck, entry.target]) : log.struck;
  const entries = endsAtCursor(log) ? [...log.entries, entry] : log.entries;
  const recent = [...log.recent, entry].slice(-RECENT_MAX);
  const taken = { ...log, cursor: entry.seq, entries, recent };
  return { log: struck === log.struck ? taken : strike({ ...taken, struck }), outcome: 'taken' };
}

/** Empties the messages that are struck out. @param {Log} log @returns {Log} */
function strike(log) {
  return { ...log, entries: emptied(log.entries, log.struck), recent: emptied(log.recent, log.struck) };
}

/** @param {readonly Entry[]} entries @param {ReadonlySet<number>} struck @returns {readonly Entry[]} */
function emptied(entries, struck) {
  const full = (/** @type {Entry} */ entry) => struck.has(entry.seq) && entry.text !== undefined;
  return entries.some(full) ? entries.map((entry) => (full(entry) ? { ...entry, text: undefined } : entry)) : entries;
}

/**
 * Replaces all that was held by the latest page.
 * @param {number} head @param {readonly Entry[]} page @returns {Log}
 */
export function reset(head, page) {
  const struck = new Set(page.flatMap((entry) => (entry.kind === 'delete' && entry.target ? [entry.target] : [])));
  return strike({ cursor: head, entries: page, recent: page.slice(-RECENT_MAX), struck });
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
  const entries = [...(touchesTop ? older : []), ...log.entries, ...(touchesEnd ? newer : [])];
  return { ...log, entries: emptied(entries, log.struck) };
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
