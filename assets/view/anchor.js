// Keeps what one reads where it is while rows come and go around it.

/** How near the end counts as at the end, in CSS pixels. */
const END_PX = 24;

/** How many rows are remembered, in case the first of them goes. */
const HELD_MAX = 4;

/** @typedef {{row: Element, bottom: number}} Held */

/**
 * The first rows in sight, and where their lower edges are. (The lower edge, because the head of a group goes when an
 * earlier message of the same person comes in above it, and the words should stand still, not the head.)
 * @param {HTMLElement} log @returns {Held[]}
 */
export function hold(log) {
  const top = log.getBoundingClientRect().top;
  const rows = [...log.querySelectorAll('[data-seq]')];
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle].getBoundingClientRect().bottom > top) high = middle;
    else low = middle + 1;
  }
  return rows.slice(low, low + HELD_MAX).map((row) => ({ row, bottom: row.getBoundingClientRect().bottom }));
}

/** Puts the rows back where they were. @param {HTMLElement} log @param {readonly Held[]} held */
export function settle(log, held) {
  const still = held.find(({ row }) => row.isConnected);
  if (!still) return;
  const moved = still.row.getBoundingClientRect().bottom - still.bottom;
  if (moved !== 0) log.scrollTop += moved;
}

/** Whether the end is in sight. @param {HTMLElement} log */
export function isAtEnd(log) {
  return log.clientHeight > 0 && log.scrollHeight - log.scrollTop - log.clientHeight < END_PX;
}

/**
 * Shows a message in the middle, gives it the focus, and lets it stand out for a moment.
 * @param {HTMLElement} log @param {number} seq @returns {boolean} false when it is not there
 */
export function showMessage(log, seq) {
  const rows = /** @type {HTMLElement[]} */ ([...log.querySelectorAll('[data-seq]')]);
  // What has no row of its own, as an edit, stands for the next one that has.
  const row = rows.find((one) => Number(one.dataset.seq) >= seq);
  if (!row) return false;
  row.scrollIntoView({ block: 'center' });
  row.focus({ preventScroll: true });
  for (const other of log.querySelectorAll('.aimed')) other.classList.remove('aimed');
  row.classList.add('aimed');
  return true;
}

/** Shows the end, or the "new" divider where that begins further up. @param {HTMLElement} log */
export function showNew(log) {
  log.scrollTop = log.scrollHeight;
  const fresh = log.querySelector('.fresh');
  if (!fresh) return;
  const wanted = log.getBoundingClientRect().top + log.clientHeight / 4;
  log.scrollTop += Math.min(0, fresh.getBoundingClientRect().top - wanted);
}
