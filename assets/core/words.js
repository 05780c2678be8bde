// What the client says to people, in their language. The words stand in one table a language, in two parts: what the first
// load shows (`words/<language>.js`), and what is fetched with the first view that is opened later (`words/lazy/`).
//
// A text may hold `{name}`, which is replaced by the value of that name. One that depends on a number `n` is a table of its
// plural forms, by the names of `Intl.PluralRules`.

/** @typedef {typeof import('../words/en.js').WORDS & typeof import('../words/lazy/en.js').WORDS} Table */
/** A text by its name: where it stands, and what it says there. @typedef {keyof Table} Word */
/** @typedef {string | Partial<Record<Intl.LDMLPluralRule, string>>} Text */
/** @typedef {Record<string, string | number>} Values */

/** Letters that are written from right to left. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufefc]/;

/** @type {Record<string, Text>} */
let table = {};
let language = 'en';
let plural = new Intl.PluralRules(language);
let numbers = new Intl.NumberFormat(language);
/** @type {Intl.ListFormat | null} */
let lists = null;
/** @type {() => Promise<{WORDS: Record<string, Text>}>} */
let fetchMore = () => Promise.resolve({ WORDS: {} });

/**
 * Takes another language, whose words replace all that were known.
 * @param {string} tag such as `en` or `pt-BR` @param {Record<string, Text>} words of the first load
 * @param {typeof fetchMore} [more] fetches the others
 */
export function speak(tag, words, more) {
  language = tag;
  plural = new Intl.PluralRules(tag);
  numbers = new Intl.NumberFormat(tag);
  lists = null;
  table = words;
  if (more) fetchMore = more;
}

/** The language that is spoken, as a tag. */
export const spoken = () => language;

/** Which way a language is written. @param {string} tag */
export const direction = (tag) => (/^(ar|fa|he|ur)\b/.test(tag) ? 'rtl' : 'ltr');

/**
 * The tag that is to be spoken: the first that is wished for and known, as exactly as it is wished for; English where none is.
 * @param {readonly string[]} wished as of `navigator.languages` @param {readonly string[]} known languages without a region
 */
export function choose(wished, known) {
  return wished.find((tag) => known.includes(tag.split('-')[0])) ?? 'en';
}

/** A number as it is written. @param {number} n */
export const inNumbers = (n) => numbers.format(n);

/** `Noor, Bea and Joss`. @param {readonly string[]} names */
export function join(names) {
  // English as it is spoken here has no comma before its last "and".
  lists ??= new Intl.ListFormat(language.replace(/^en\b.*/, 'en-GB'));
  return lists.format(names.map(isolated));
}

/** A name that runs the other way than the sentence around it, so that it does not take that along. @param {string} text */
function isolated(text) {
  const foreign = direction(language) === 'rtl' ? /[A-Za-z]/.test(text) : RIGHT_TO_LEFT.test(text);
  return foreign ? `\u2068${text}\u2069` : text;
}

/** Fetches the words of the views that are opened later; must be waited for before the first of them is shown. */
export async function sayMore() {
  const { WORDS } = await fetchMore();
  table = { ...table, ...WORDS };
}

/**
 * The text of that name. One that is not known is its own name, so that a page without its words can still be used.
 * @param {Word} word @param {Values} [values] @returns {string}
 */
export function say(word, values = {}) {
  const found = table[word] ?? word;
  const text = typeof found === 'string' ? found : (found[plural.select(Number(values.n))] ?? found.other ?? word);
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name] ?? whole;
    return typeof value === 'number' ? inNumbers(value) : isolated(value);
  });
}

/** What a refusal says: in the language that is spoken where that has words for it, else as the server says it. @param {string} code @param {string} text @param {Values} values */
export function explain(code, text, values) {
  const word = /** @type {Word} */ (`error.${code}`);
  return word in table ? say(word, values) : text;
}
