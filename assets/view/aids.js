// What helps in writing, fetched when first used; typing never waits for it.

/** Before the caret, something that may be a name or an emoji; the list looks closer. */
const MARK = /(?:@[^\n@]{1,40}|:[\w+-]{2,40})$/;
/** A short code, typed or pasted. */
const CODE = /:[\w+-]{2,40}:/;

/** The list of names and emojis. */
export const completion = () => fetched().then((module) => module.Completion);
/** What one answers or edits. */
export const strip = () => import('./lazy/strip.js').then((module) => module.Strip);
/** How much may still be written. */
export const left = () => import('./lazy/strip.js').then((module) => module.Left);
/** The picker of emojis. */
export const picker = () => import('./lazy/emoji.js').then((module) => module.Emoji);

/** Until it is here: nothing. */
let draw = (/** @type {string} */ text) => text;

async function fetched() {
  const module = await import('./lazy/complete.js');
  draw = module.draw;
  return module;
}

/** What goes out for what was typed: `:heart:` is an emoji to everybody, to bots and the search, too. @param {string} text */
export function outgoing(text) {
  return draw(text);
}

/** Where the caret stands, if something may be completed there; otherwise -1. @param {HTMLTextAreaElement} field */
export function completable({ value, selectionEnd }) {
  const wanted = MARK.test(value.slice(Math.max(0, selectionEnd - 48), selectionEnd));
  if (!wanted && CODE.test(value)) void fetched().catch(() => {});
  return wanted ? selectionEnd : -1;
}

/** Has it done to the field, if it can be fetched. @param {'wrap' | 'put'} what @param {HTMLTextAreaElement | null} field @param {string} text */
export function aid(what, field, text) {
  if (field)
    void fetched().then(
      (module) => module[what](field, text),
      () => {},
    );
}
