// What a later entry changes about an earlier one: edits, reactions, deletions. Every entry that the server hands over is as it
// is now; a client that holds it changes it by what comes afterwards, and ends with what a fresh read would give.

/** @typedef {import('./proto.js').Entry} Entry */
/** @typedef {import('./proto.js').Reaction} Reaction */

const CHANGING = new Set(['edit', 'react', 'unreact', 'delete']);

/** Whether an entry changes an earlier one. @param {Entry} entry */
export function isChange(entry) {
  return CHANGING.has(entry.kind) && entry.target !== undefined;
}

/**
 * The entry as `later` leaves it: itself where nothing changes.
 * @param {Entry} entry @param {Entry} later @returns {Entry}
 */
export function heed(entry, later) {
  const isMessage = entry.kind === 'message' && entry.seq === later.target;
  const isEdit = entry.kind === 'edit' && entry.target === later.target;
  if (!isMessage && !isEdit) return entry;
  if (later.kind === 'delete') return without(entry, ['text', 'edited_at', 'mentions', 'reactions', 'files']);
  if (entry.text === undefined) return entry;
  if (later.kind === 'edit') return edited(entry, later, isMessage);
  return isMessage && (later.kind === 'react' || later.kind === 'unreact') ? reacted(entry, later) : entry;
}

/**
 * Entries as all of `changes`, in their order, leave them; the same list where nothing changes.
 * @param {readonly Entry[]} entries @param {readonly Entry[]} changes @returns {readonly Entry[]}
 */
export function heedAll(entries, changes) {
  if (changes.length === 0) return entries;
  const targets = new Set(changes.map((change) => change.target));
  const concerns = (/** @type {Entry} */ { kind, seq, target }) => targets.has(kind === 'edit' ? target : seq);
  if (!entries.some(concerns)) return entries;
  return entries.map((entry) => (concerns(entry) ? changes.reduce(laterThan(entry.seq), entry) : entry));
}

/** @param {number} seq @returns {(entry: Entry, change: Entry) => Entry} */
function laterThan(seq) {
  return (entry, change) => (change.seq > seq ? heed(entry, change) : entry);
}

/** @param {Entry} entry @param {(keyof Entry)[]} fields @returns {Entry} */
function without(entry, fields) {
  const left = { ...entry };
  for (const field of fields) delete left[field];
  return left;
}

/** @param {Entry} entry @param {Entry} later @param {boolean} isMessage @returns {Entry} */
function edited(entry, later, isMessage) {
  const { mentions: _, ...left } = entry;
  const changed = { ...left, text: later.text, ...(later.mentions && { mentions: later.mentions }) };
  return isMessage ? { ...changed, edited_at: later.at } : changed;
}

/** @param {Entry} entry @param {Entry} later @returns {Entry} */
function reacted(entry, later) {
  const reactions = react(entry.reactions ?? [], later.text ?? '', later.by.id, later.kind === 'react');
  return reactions.length > 0 ? { ...entry, reactions } : without(entry, ['reactions']);
}

/**
 * The reactions after somebody has put an emoji there, or taken it away.
 * @param {readonly Reaction[]} reactions @param {string} emoji @param {number} by @param {boolean} on @returns {Reaction[]}
 */
export function react(reactions, emoji, by, on) {
  const others = (/** @type {Reaction} */ one) => one.by.filter((id) => id !== by);
  if (on && !reactions.some((one) => one.emoji === emoji)) return [...reactions, { emoji, by: [by] }];
  return reactions
    .map((one) => (one.emoji === emoji ? { emoji, by: on ? [...others(one), by] : others(one) } : one))
    .filter((one) => one.by.length > 0);
}
