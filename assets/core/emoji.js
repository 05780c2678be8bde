// Emojis by their names: the table of vendor/emoji.js read, searched, and put where a short code was typed.

/** One emoji: its short codes, the usual one first, and its English name. @typedef {{emoji: string, codes: readonly string[], name: string}} Emoji */
/** @typedef {{name: string, emojis: readonly Emoji[]}} Group */

/** Code stays as it was typed; a short code is a name between colons. */
const CODES = /```[\s\S]*?```|`[^`\n]*`|:([a-z0-9_+-]{2,40}):/gi;

/** The groups of the table, in its order. @param {string} table @returns {Group[]} */
export function read(table) {
  /** @type {{name: string, emojis: Emoji[]}[]} */
  const groups = [];
  for (const line of table.split('\n')) {
    if (/^#[A-Z]/.test(line)) {
      groups.push({ name: line.slice(1), emojis: [] });
      continue;
    }
    const [front, name] = line.split('|');
    const [emoji, ...codes] = front.split(' ');
    groups.at(-1)?.emojis.push({ emoji, codes, name: name ?? codes[0].replaceAll('_', ' ') });
  }
  return groups;
}

/**
 * Those that are meant by `word`, at most `most`: a code that is it, then codes that begin with it, the shortest first, then words that do.
 * @param {readonly Emoji[]} emojis @param {string} word @param {number} most @returns {Emoji[]}
 */
export function search(emojis, word, most) {
  const sought = word.trim().toLowerCase().replaceAll(' ', '_');
  if (sought === '') return [];
  const rank = (/** @type {Emoji} */ { codes, name }) => {
    if (codes.includes(sought)) return 0;
    if (codes.some((code) => code.startsWith(sought))) return 1;
    return `_${[...codes, name].join(' ')}`.replaceAll(/[ -]/g, '_').includes(`_${sought}`) ? 2 : 3;
  };
  /** @type {Emoji[][]} */
  const ranks = [[], [], [], []];
  for (const one of emojis) ranks[rank(one)].push(one);
  const length = (/** @type {Emoji} */ { codes }) =>
    Math.min(...codes.filter((code) => code.startsWith(sought)).map((code) => code.length));
  ranks[1].sort((one, other) => length(one) - length(other));
  return ranks.slice(0, 3).flat().slice(0, most);
}

/**
 * The text with an emoji for every short code that is one, but not in code.
 * @param {string} text @param {ReadonlyMap<string, string>} known emojis by their codes
 */
export function drawn(text, known) {
  return text.replace(
    CODES,
    (whole, code, at) => (code && !/[\p{L}\p{N}]/u.test(text[at - 1] ?? ' ') && known.get(code.toLowerCase())) || whole,
  );
}

/** Emojis by their codes. @param {readonly Group[]} groups @returns {Map<string, string>} */
export function byCode(groups) {
  return new Map(groups.flatMap(({ emojis }) => emojis).flatMap(({ emoji, codes }) => codes.map((code) => [code, emoji])));
}
