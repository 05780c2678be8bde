// What stands in the log, row by row: entries, the letters still in the outbox, and the dividers between them.

import { react } from './changes.js';
import { endsAtCursor, firstSeq } from './log.js';
import { dayOf, span } from './time.js';
import { say } from './words.js';

/** @typedef {import('./proto.js').Entry} Entry */
/** @typedef {import('./proto.js').Person} Person */
/** @typedef {import('./outbox.js').Letter} Letter */
/** @typedef {import('./log.js').Log} Log */
/** @typedef {import('./proto.js').Reaction} Reaction */
/** @typedef {import('./proto.js').FileView} FileView */

/**
 * `first` opens a group: it shows who speaks. `state` is `sent` for what is in the log, `gone` for what was deleted. `quote` is the
 * message that it answers, as far as it is known (`null`: not one's to see). `change` is how an edit of one's own stands that
 * is not stored yet, with its `key`.
 * @typedef {{type: 'message', id: string, seq: number, at: number, by: Person, text: string, first: boolean, mine: boolean,
 *   state: 'sent' | 'gone' | 'queued' | 'sending' | 'stored' | 'refused', key: string, why: string, edited: number,
 *   reply: number, quote: Entry | null | undefined, calls: boolean, reactions: readonly Reaction[], files: readonly FileView[],
 *   change: '' | 'wait' | 'refused'}} MessageRow
 * @typedef {{type: 'day', id: string, at: number}} DayRow
 * @typedef {{type: 'new', id: string, since: number}} NewRow
 * @typedef {{type: 'quiet', id: string, seq: number, at: number, kind: string, by: string, names: string, people: number, text: string}} QuietRow
 * @typedef {MessageRow | DayRow | NewRow | QuietRow} Row
 */

/**
 * `fresh` is the last `seq` that is not new, or `null` when nothing is; `start` is the first `seq` that one may see;
 * with `direct` nobody comes in: those whom it is about are there from the beginning; `quotes` are messages that others answer,
 * as far as the log does not hold them.
 * @typedef {{log: Log, letters: readonly Letter[], me: Person, fresh: number | null, start: number, direct: boolean,
 *   quotes: ReadonlyMap<number, Entry | null>}} Shown
 */

/** A message without any. @type {readonly Reaction[]} */
const NO_REACTIONS = [];

/** The same. @type {readonly FileView[]} */
const NO_FILES = [];

/** How many rows may stand in the page; with the line above them, four hundred. */
export const ROWS_MAX = 399;

/** Messages of one person that follow within this time stand together, in milliseconds. */
const GROUP_MS = 10 * 60 * 1000;

/** The kinds that are shown as a quiet line. */
const QUIET = new Set(['join', 'leave', 'topic', 'name', 'rules']);

/** Those of them in which several in a row share a line. */
const SHARED = new Set(['join', 'leave']);

/**
 * The rows of one room, oldest first.
 * @param {Shown} shown @returns {Row[]}
 */
export function rows(shown) {
  /** @type {Row[]} */
  const made = [];
  /** @type {Set<string>} */
  const keys = new Set();
  const held = new Map(shown.log.entries.map((entry) => [entry.seq, entry]));
  const quoteOf = (/** @type {number} */ seq) => held.get(seq) ?? shown.quotes.get(seq);
  const changed = changesBy(shown.letters);
  let day = '';
  let fresh = freshInside(shown);
  let since = 0;
  for (const entry of shown.log.entries) {
    const today = dayOf(entry.at);
    if (today !== day) made.push({ type: 'day', id: `d${today}-${entry.seq}`, at: entry.at });
    day = today;
    if (fresh !== null && startsFresh(entry, fresh, shown.me.id)) {
      made.push({ type: 'new', id: 'new', since: since || entry.at });
      fresh = null;
    }
    since = entry.at;
    if (entry.kind === 'message') made.push(withChanges(said(entry, shown.me, made.at(-1), quoteOf), changed, shown.me));
    else if (QUIET.has(entry.kind) && !(shown.direct && entry.kind === 'join')) quiet(entry, made);
    if (entry.by.id === shown.me.id && entry.key) keys.add(entry.key);
  }
  if (endsAtCursor(shown.log)) addLetters(shown, keys, day, made, quoteOf);
  return made;
}

/** The letters that change messages, by the message. @param {readonly Letter[]} letters */
function changesBy(letters) {
  /** @type {Map<number, Letter[]>} */
  const changes = new Map();
  for (const letter of letters) {
    if (letter.target) changes.set(letter.target, [...(changes.get(letter.target) ?? []), letter]);
  }
  return changes;
}

/**
 * A row with what one has changed about it and the server does not know yet.
 * @param {MessageRow} row @param {Map<number, Letter[]>} changes @param {Person} me @returns {MessageRow}
 */
function withChanges(row, changes, me) {
  // Of a message that is gone one hears only what was refused, so that one can let go of it.
  const letters =
    row.seq > 0 ? changes.get(row.seq)?.filter(({ state }) => row.state === 'sent' || state === 'refused') : undefined;
  return letters ? letters.reduce((changed, letter) => withChange(changed, letter, me), row) : row;
}

/** @param {MessageRow} row @param {Letter} letter @param {Person} me @returns {MessageRow} */
function withChange(row, { op, key, text, state, why = '', on = false }, me) {
  if (op === 'react') return state === 'refused' ? row : { ...row, reactions: react(row.reactions, text, me.id, on) };
  return { ...row, text, key, why, change: state === 'refused' ? 'refused' : 'wait' };
}

/**
 * How many entries must go from the window so that its rows fit, and 0 when they do.
 * @param {readonly Row[]} made
 */
export function excess(made) {
  return Math.max(0, made.length - ROWS_MAX);
}

/**
 * How many messages of others lie behind `seq` in the newest entries held.
 * @param {readonly Entry[]} entries @param {number} seq @param {number} me
 */
export function unreadBehind(entries, seq, me) {
  return entries.filter((entry) => entry.seq > seq && isSaid(entry) && entry.by.id !== me).length;
}

/** Whether an entry is a message that is still there. @param {Entry} entry */
export function isSaid(entry) {
  return entry.kind === 'message' && entry.text !== undefined;
}

/** Whether a message of somebody else calls this person by name. @param {Entry} entry @param {number} me */
export function calls(entry, me) {
  return entry.by.id !== me && entry.text !== undefined && (entry.mentions?.some((id) => id === me || id === 0) ?? false);
}

/** Where the new begins, unless that lies above the window. @param {Shown} shown */
function freshInside({ log, fresh, start }) {
  const inside = fresh !== null && firstSeq(log) <= Math.max(start, fresh);
  return inside ? fresh : null;
}

/** @param {Entry} entry @param {number} seq @param {number} me */
function startsFresh(entry, seq, me) {
  return entry.seq > seq && isSaid(entry) && entry.by.id !== me;
}

/**
 * @param {Entry} entry @param {Person} me @param {Row | undefined} last
 * @param {(seq: number) => Entry | null | undefined} quoteOf @returns {MessageRow}
 */
function said(entry, me, last, quoteOf) {
  const mine = entry.by.id === me.id;
  const key = entry.key ?? '';
  const id = mine && key ? `k${key}` : `s${entry.seq}`;
  const first = !continues(last, entry.by.id, entry.at);
  return {
    type: 'message',
    id,
    seq: entry.seq,
    at: entry.at,
    by: entry.by,
    text: entry.text ?? '',
    first,
    mine,
    state: isSaid(entry) ? 'sent' : 'gone',
    key,
    why: '',
    edited: entry.edited_at ?? 0,
    reply: entry.reply_to ?? 0,
    quote: entry.reply_to ? quoteOf(entry.reply_to) : undefined,
    calls: calls(entry, me.id),
    reactions: entry.reactions ?? NO_REACTIONS,
    files: entry.files ?? NO_FILES,
    change: '',
  };
}

/** @param {Row | undefined} last @param {number} by @param {number} at */
function continues(last, by, at) {
  return last?.type === 'message' && last.by.id === by && at - last.at < GROUP_MS;
}

/**
 * Adds a quiet line; several who come or go in a row share one, and so do several whom somebody brings in or removes.
 * @param {Entry} entry @param {Row[]} made
 */
function quiet(entry, made) {
  const last = made.at(-1);
  const by = entry.who ? entry.by.name : '';
  const name = (entry.who ?? entry.by).name;
  const shares = SHARED.has(entry.kind) && last?.type === 'quiet' && last.kind === entry.kind && last.by === by;
  const names = shares ? `${last.names}\n${name}` : name;
  const people = shares ? last.people + 1 : 1;
  if (shares) made.pop();
  const { seq, at, kind } = entry;
  const text = kind === 'rules' ? rulesInWords(entry.rules) : (entry.text ?? '');
  made.push({ type: 'quiet', id: `s${seq}`, seq, at, kind, by, names, people, text });
}

/** What holds in a room, as people read it. @param {import('./proto.js').Rules} [rules] */
export function rulesInWords(rules) {
  if (!rules) return '';
  if (rules.archived) return say('rules.archived');
  if (rules.slow_ms === 0) return say(rules.shows_past ? 'rules.past' : 'rules.noPast');
  return say(rules.shows_past ? 'rules.slowPast' : 'rules.slowNoPast', { span: span(rules.slow_ms) });
}

/**
 * Whether it is a refused edit of a message that lies further up: it is shown by itself, where one sees it.
 * @param {Letter} letter @param {import('./log.js').Log} log
 */
const isAstray = ({ op, state, target }, { entries }) =>
  op === 'edit' && state === 'refused' && entries.every(({ seq }) => seq !== target);

/**
 * @param {Shown} shown @param {Set<string>} keys @param {string} day @param {Row[]} made
 * @param {(seq: number) => Entry | null | undefined} quoteOf
 */
function addLetters({ letters, me, log }, keys, day, made, quoteOf) {
  for (const letter of letters) {
    if ((letter.target && !isAstray(letter, log)) || keys.has(letter.key)) continue;
    const today = dayOf(letter.at);
    if (made.length === 0 || (today > day && day !== '')) made.push({ type: 'day', id: `d${today}-w`, at: letter.at });
    if (today > day) day = today;
    made.push({
      type: 'message',
      id: `k${letter.key}`,
      seq: letter.seq ?? 0,
      at: letter.at,
      by: me,
      text: letter.text,
      first: !continues(made.at(-1), me.id, letter.at),
      mine: true,
      state: letter.state,
      key: letter.key,
      why: letter.why ?? '',
      edited: 0,
      reply: letter.reply_to ?? 0,
      quote: letter.reply_to ? quoteOf(letter.reply_to) : undefined,
      calls: false,
      reactions: NO_REACTIONS,
      files: letter.files ?? NO_FILES,
      change: '',
    });
  }
}
