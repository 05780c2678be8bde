// Finding by a few letters: rooms and people by their names, and the words in a text that were looked for.

/** Something with a name; `near` is how recently one was there, the highest first. @typedef {{id: string, name: string, near: number}} Named */

/** How many are offered. */
export const FOUND_MAX = 8;

/** Marks that stand on letters. */
const MARKS = /\p{M}+/gu;

/** A text as it is compared: small letters, no accents. @param {string} text */
export const fold = (text) => text.normalize('NFKD').replace(MARKS, '').toLowerCase();

/** What no word goes on with. */
const BETWEEN = /[^\p{L}\p{N}]/u;

/** Letters of writing that has no spaces between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;

/**
 * How well a name fits: 3 it begins so, 2 one of its words does, 1 it stands in it, 0 not at all. Every word of the query has to fit.
 * @param {string} name folded @param {readonly string[]} words folded @returns {number}
 */
function fits(name, words) {
  let least = 3;
  for (const word of words) {
    const at = name.indexOf(word);
    if (at < 0) return 0;
    const begins = at === 0 ? 3 : BETWEEN.test(name[at - 1]) || name.split(BETWEEN).some((one) => one.startsWith(word)) ? 2 : 1;
    least = Math.min(least, begins);
  }
  return least;
}

/**
 * Those whose names fit, the best first, and among equals the nearest.
 * @template {Named} T @param {readonly T[]} all @param {string} query @returns {T[]}
 */
export function rank(all, query) {
  const words = fold(query).split(/\s+/).filter(Boolean);
  return all
    .map((one) => ({ one, fit: fits(fold(one.name), words) }))
    .filter(({ fit }) => fit > 0)
    .sort((a, b) => b.fit - a.fit || b.one.near - a.one.near || a.one.name.localeCompare(b.one.name))
    .slice(0, FOUND_MAX)
    .map(({ one }) => one);
}

/**
 * A text in pieces, those that were looked for marked: where a word begins so, and in writing without spaces everywhere.
 * @param {string} text @param {readonly string[]} words folded @returns {{text: string, found: boolean}[]}
 */
export function marked(text, words) {
  /** Where in the text each folded letter stands. @type {number[]} */
  const places = [];
  let folded = '';
  let at = 0;
  for (const letter of text) {
    const plain = fold(letter);
    for (let n = 0; n < plain.length; n += 1) places.push(at);
    folded += plain;
    at += letter.length;
  }
  places.push(text.length);
  const hits = new Uint8Array(text.length);
  for (const word of words.filter(Boolean)) {
    for (let from = folded.indexOf(word); from >= 0; from = folded.indexOf(word, from + word.length)) {
      const begins = from === 0 || BETWEEN.test(folded[from - 1]) || UNSPACED.test(word);
      if (begins) hits.fill(1, places[from], places[from + word.length]);
    }
  }
  /** @type {{text: string, found: boolean}[]} */
  const pieces = [];
  for (let from = 0; from < text.length; ) {
    let to = from + 1;
    while (to < text.length && hits[to] === hits[from]) to += 1;
    pieces.push({ text: text.slice(from, to), found: hits[from] === 1 });
    from = to;
  }
  return pieces;
}

/**
 * The first entry on or after a moment, by halving: `look` gives the first entry from a number on.
 * @param {{first: number, last: number}} log @param {number} at in Unix milliseconds
 * @param {(seq: number) => Promise<{seq: number, at: number} | null>} look @returns {Promise<number>}
 */
export async function firstSince({ first, last }, at, look) {
  let low = first;
  let high = last;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const entry = await look(middle);
    if (entry && entry.at < at) low = Math.max(entry.seq, middle) + 1;
    else high = middle;
  }
  return low;
}
