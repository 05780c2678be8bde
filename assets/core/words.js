// What the client says to people, in their language. The words stand in one table a language, in two parts: what the first
// load shows (`words/<language>.js`), and what is fetched with the first view that is opened later (`words/lazy/`).
//
// A text may hold `{name}`, which is replaced by the value of that name. One that depends on a number `n` is a table of its
// plural forms, by the names of `Intl.PluralRules`.

/** @typedef {typeof import('../words/en.js').WORDS & typeof import('../words/lazy/en.js').WORDS} Table */
/** A text by its name: where it stands, and what it says there. @typedef {keyof Table} Word */
/** @typedef {string | Partial<Record<Intl.LDMLPluralRule, string>>} Text */
/** @typedef {Record<string, string | number>} Values */

/** @type {Record<string, Text>} */
let table = {};
let plural = new Intl.PluralRules('en');
/** @type {() => Promise<{WORDS: Record<string, Text>}>} */
let fetchMore = () => Promise.resolve({ WORDS: {} });

/**
 * Takes another language, whose words replace all that were known.
 * @param {string} language such as `en` @param {Record<string, Text>} words of the first load
 * @param {typeof fetchMore} more fetches the others
 */
export function speak(language, words, more) {
  plural = new Intl.PluralRules(language);
  table = words;
  fetchMore = more;
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
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
