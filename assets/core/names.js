// Names as people read them: the letter in the arch, its colour, and who does something.

import { inNumbers, join, say } from './words.js';

/** How many colours the arches have (`.h0` to `.h7`). */
const HUES = 8;

/**
 * The first letter of a name, as one sees it: a whole grapheme, so that no accent and no emoji is cut.
 * @param {string} name
 */
export function initial(name) {
  const [first] = new Intl.Segmenter().segment(name.trim());
  return first ? first.segment.toLocaleUpperCase() : '?';
}

/**
 * The colour of a person's arch, always the same for the same person.
 * @param {number} id @returns {number} 0 to 7
 */
export function hue(id) {
  return (id * 5 + 3) % HUES;
}

/**
 * `Noor`, `Noor and Bea`, `Noor, Bea and Joss`, `Noor, Bea and 3 others`.
 * @param {readonly string[]} names
 */
export function list(names) {
  if (names.length <= 3) return join(names);
  return say('names.others', { first: names[0], second: names[1], n: names.length - 2 });
}

/**
 * Who is writing, as a sentence; empty when nobody is.
 * @param {readonly string[]} names
 */
export function writing(names) {
  if (names.length === 0) return '';
  if (names.length > 3) return say('names.severalWriting');
  return say('names.writing', { who: list(names), n: names.length });
}

/**
 * The window's title: unread first, so that a narrow tab still shows it.
 * @param {number} unread @param {string} room
 */
export function title(unread, room) {
  const place = room ? `${room} · snug` : 'snug';
  return unread > 0 ? `(${count(unread)}) ${place}` : place;
}

/** A length of a file: `17 B`, `212 kB`, `3.4 MB`. @param {number} bytes */
export function inBytes(bytes) {
  if (bytes < 1000) return say('bytes.B', { n: bytes });
  if (bytes < 1e6) return say('bytes.kB', { n: Math.round(bytes / 1000) });
  return say('bytes.MB', { n: Math.round(bytes / 1e5) / 10 });
}

/** A number for a badge: `7`, and `99+` from a hundred on. @param {number} n */
export function count(n) {
  return n > 99 ? `${inNumbers(99)}+` : inNumbers(n);
}
