// What may be completed where one writes, and by what: @names and :emojis:.

import { fold } from './find.js';

/** What is being typed: its mark, where that stands in the text, and what follows it. @typedef {{mark: '@' | ':', from: number, word: string}} Begun */

/** How far back from the caret a mark is looked for, in characters; no name is longer. */
const REACH = 48;

const NAME = /(?:^|[^\p{L}\p{N}_])@((?:[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_.'-]| (?! ))*)?)$/u;
const EMOJI = /(?:^|[^\p{L}\p{N}_:/]):([a-z0-9_+-]{2,})$/iu;

/**
 * What the caret stands behind, if that may be completed.
 * @param {string} text @param {number} caret @returns {Begun | null}
 */
export function begun(text, caret) {
  const near = text.slice(Math.max(0, caret - REACH), caret);
  const line = near.slice(near.lastIndexOf('\n') + 1);
  const name = NAME.exec(line);
  if (name && !name[1].endsWith(' ')) return { mark: '@', from: caret - name[1].length - 1, word: name[1] };
  const emoji = EMOJI.exec(line);
  return emoji && { mark: ':', from: caret - emoji[1].length - 1, word: emoji[1] };
}

/**
 * The people whose name has the word at the start of one of its own, in their order, those first whose name begins with it.
 * @template {{name: string}} P
 * @param {readonly P[]} people @param {string} word @param {number} most @returns {P[]}
 */
export function matching(people, word, most) {
  const sought = fold(word);
  const first = people.filter(({ name }) => fold(name).startsWith(sought));
  const inside = people.filter(({ name }) => !first.some((one) => one.name === name) && beginsIn(fold(name), sought));
  return [...first, ...inside].slice(0, most);
}

/** @param {string} name @param {string} sought */
function beginsIn(name, sought) {
  for (let at = name.indexOf(sought); at >= 0; at = name.indexOf(sought, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(name[at - 1])) return true;
  }
  return false;
}

/**
 * The part of the text that a wrapping in marks touches, such as `**`: what stands there now, and the selection afterwards.
 * @param {string} text @param {number} start @param {number} end @param {string} mark
 * @returns {{from: number, to: number, put: string, start: number, end: number}}
 */
export function wrapped(text, start, end, mark) {
  const size = mark.length;
  const inside = text.slice(start, end);
  if (text.slice(start - size, start) === mark && text.slice(end, end + size) === mark && start >= size)
    return { from: start - size, to: end + size, put: inside, start: start - size, end: end - size };
  const core = inside.trim();
  if (inside && !core) return { from: start, to: end, put: inside, start, end };
  const lead = inside.length - inside.trimStart().length;
  const put = inside ? inside.replace(core, () => `${mark}${core}${mark}`) : `${mark}${mark}`;
  return { from: start, to: end, put, start: start + lead + size, end: start + lead + size + core.length };
}
