// The text of a message as a tree of plain objects. The view makes elements of it; no HTML is ever written or read.
//
//   **bold**  *italic*  _italic_  `code`  ```block```  > quote  - list  1. list  https://link  mailto:link  @name
//
// Whatever does not close stays as it was typed. A link is http, https or mailto, and nothing else.

/**
 * @typedef {{type: 'text', text: string} | {type: 'bold' | 'italic', kids: Inline[]} | {type: 'code', text: string}
 *   | {type: 'link', href: string, text: string} | {type: 'tag', name: string, me: boolean}} Inline
 * @typedef {{type: 'words', kids: Inline[]} | {type: 'block', text: string} | {type: 'quote', kids: Block[]}
 *   | {type: 'list', numbered: boolean, items: Item[]}} Block
 * @typedef {{number: number | null, kids: Block[]}} Item as it was typed: its number stays what it is
 */

/**
 * `names` are people known here, whose names may have spaces; `me` is one's own name.
 * @typedef {{names?: readonly string[], me?: string}} Known
 */

/** How deep quotes in quotes, lists in lists, or bold in italic, are followed. Deeper ones stay text. */
const DEPTH_MAX = 4;

const FENCE = '```';
const LANGUAGE = /^[\w+#.-]*$/;
const LINK = /^(?:https?:\/\/[^\s<>"'`]+|mailto:[^\s<>"'`@]+@[^\s<>"'`@]+)/i;
const BULLET = /^( *)(?:[-*•]|(\d{1,4})[.)]) +(?=\S)/;
const LINK_TAIL = /[.,:;!?*_]+$/;
const WORD = /[\p{L}\p{N}_]/u;
const NAME = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_])?/u;
const SPECIAL = /[*_`@hm]/gi;

/** Up to so many code units a message of emojis alone is shown large: three of the longest families and flags. */
const LARGE_MAX = 36;

/** Emojis and what joins them. */
const EMOJIS = /^(?:\p{ExtPict}|\p{RI}|\p{EMod}|[\u200d\ufe0f\u{e0020}-\u{e007f}\s])+$/u;

/** Whether a message is a few emojis and nothing else. @param {string} text */
export const isEmojis = (text) => text.length <= LARGE_MAX && EMOJIS.test(text);

/**
 * The whole message.
 * @param {string} text @param {Known} [known] @returns {Block[]}
 */
export function parse(text, known = {}) {
  return blocks(text.split('\n'), { called: new Called(known), me: known.me }, 0);
}

/** A tree in one line, without its marks. @param {readonly Block[]} tree @returns {string} */
export const plain = (tree) =>
  tree
    .map((block) => {
      if (block.type === 'block') return block.text;
      if (block.type === 'list') return block.items.map(({ kids }) => plain(kids)).join(' ');
      return block.type === 'quote' ? plain(block.kids) : block.kids.map(plainInline).join('');
    })
    .join(' ')
    .replace(/\s+/g, ' ');

/** @param {Inline} one @returns {string} */
function plainInline(one) {
  if (one.type === 'tag') return `@${one.name}`;
  return 'kids' in one ? one.kids.map(plainInline).join('') : one.text;
}

/** Who may be called by name: looked through once, when the first is, since most messages call nobody. */
class Called {
  /** Names by their first letter in small, the longest first. @type {Map<string, string[]> | null} */ #names = null;

  /** @param {Known} known */
  constructor({ names = [], me }) {
    this.all = me ? [...names, me] : names;
  }

  /** The name of somebody with which a text begins. @param {string} text @returns {string | undefined} */
  first(text) {
    if (!this.#names) {
      this.#names = new Map();
      for (const name of [...this.all].sort((a, b) => b.length - a.length)) {
        const small = name.toLocaleLowerCase();
        const same = this.#names.get(small.slice(0, 1));
        if (same) same.push(name);
        else this.#names.set(small.slice(0, 1), [name]);
      }
    }
    return this.#names.get(text.slice(0, 1).toLocaleLowerCase().slice(0, 1))?.find((name) => startsWithName(text, name));
  }
}

/** @typedef {{called: Called, me?: string}} Names */

/** @param {readonly string[]} lines @param {Names} known @param {number} depth @returns {Block[]} */
function blocks(lines, known, depth) {
  /** @type {Block[]} */
  const found = [];
  /** @type {string[]} */
  let words = [];
  const close = () => {
    // Empty lines around what stands by itself only keep it apart as one types.
    const text = words.join('\n').replace(/^(?:[^\S\n]*\n)+|(?:\n[^\S\n]*)+$/g, '');
    if (text.trim() !== '') found.push({ type: 'words', kids: inlines(text, known, 0) });
    words = [];
  };
  for (let at = 0; at < lines.length; ) {
    const special = fenced(lines, at) ?? quoted(lines, at, known, depth) ?? listed(lines, at, known, depth);
    if (special) {
      close();
      found.push(special.block);
      at = special.next;
    } else {
      words.push(lines[at]);
      at += 1;
    }
  }
  close();
  return found;
}

/** @param {readonly string[]} lines @param {number} at @returns {{block: Block, next: number} | null} */
function fenced(lines, at) {
  const line = lines[at].trim();
  if (!line.startsWith(FENCE)) return null;
  const rest = line.slice(FENCE.length);
  if (rest.endsWith(FENCE)) {
    const text = rest.slice(0, -FENCE.length).trim();
    return text ? { block: { type: 'block', text }, next: at + 1 } : null;
  }
  if (!LANGUAGE.test(rest)) return null;
  const end = lines.findIndex((other, index) => index > at && other.trim() === FENCE);
  if (end <= at + 1) return null;
  return { block: { type: 'block', text: lines.slice(at + 1, end).join('\n') }, next: end + 1 };
}

/**
 * @param {readonly string[]} lines @param {number} at @param {Names} known @param {number} depth
 * @returns {{block: Block, next: number} | null}
 */
function quoted(lines, at, known, depth) {
  if (depth >= DEPTH_MAX || !/^>\s?\S/.test(lines[at])) return null;
  let next = at;
  while (next < lines.length && lines[next].startsWith('>')) next += 1;
  const inside = lines.slice(at, next).map((line) => line.replace(/^>\s?/, ''));
  return { block: { type: 'quote', kids: blocks(inside, known, depth + 1) }, next };
}

/**
 * Items of one kind and one depth; lines that stand further in belong to the item above them.
 * @param {readonly string[]} lines @param {number} at @param {Names} known @param {number} depth
 * @returns {{block: Block, next: number} | null}
 */
function listed(lines, at, known, depth) {
  const first = BULLET.exec(lines[at]);
  if (!first || depth >= DEPTH_MAX) return null;
  const numbered = first[2] !== undefined;
  const inner = first[1].length + 2;
  /** @type {Item[]} */
  const items = [];
  let next = at;
  for (let mark = BULLET.exec(lines[next]); mark; mark = BULLET.exec(lines[next] ?? '')) {
    if (mark[1].length >= inner || (mark[2] !== undefined) !== numbered) break;
    const inside = [lines[next].slice(mark[0].length)];
    for (next += 1; next < lines.length && indent(lines[next]) >= inner; next += 1) {
      inside.push(lines[next].slice(Math.min(indent(lines[next]), mark[0].length)));
    }
    items.push({ number: numbered ? Number(mark[2]) : null, kids: blocks(inside, known, depth + 1) });
  }
  return { block: { type: 'list', numbered, items }, next };
}

/** How far in a line begins; an empty one begins nowhere. @param {string} line */
const indent = (line) => Math.max(0, line.search(/[^ ]/));

/** @param {string} text @param {Names} known @param {number} depth @returns {Inline[]} */
function inlines(text, known, depth) {
  /** @type {Inline[]} */
  const found = [];
  /** Marks that have no end from here on: looked for once, so that hostile text costs no more than plain text. */
  const hopeless = new Set();
  let plain = 0;
  SPECIAL.lastIndex = 0;
  for (let at = nextSpecial(text, 0); at < text.length; ) {
    const hit = inlineAt(text, at, known, depth, hopeless);
    if (hit) {
      if (at > plain) found.push({ type: 'text', text: text.slice(plain, at) });
      found.push(hit.inline);
      plain = hit.next;
      at = nextSpecial(text, hit.next);
    } else {
      at = nextSpecial(text, at + 1);
    }
  }
  if (plain < text.length) found.push({ type: 'text', text: text.slice(plain) });
  return found;
}

/** @param {string} text @param {number} from */
function nextSpecial(text, from) {
  SPECIAL.lastIndex = from;
  const hit = SPECIAL.exec(text);
  return hit ? hit.index : text.length;
}

/** @typedef {{inline: Inline, next: number} | null} Hit */

/**
 * @param {string} text @param {number} at @param {Names} known @param {number} depth @param {Set<string>} hopeless
 * @returns {Hit}
 */
function inlineAt(text, at, known, depth, hopeless) {
  const mark = text[at];
  if (mark === '`') return codeAt(text, at, hopeless);
  if (mark === '*' || mark === '_') return strongAt(text, at, known, depth, hopeless);
  if (at > 0 && WORD.test(before(text, at))) return null;
  return mark === '@' ? tagAt(text, at, known) : linkAt(text, at);
}

/** @param {string} text @param {number} at @param {Set<string>} hopeless @returns {Hit} */
function codeAt(text, at, hopeless) {
  if (hopeless.has('`')) return null;
  const end = text.indexOf('`', at + 1);
  if (end < 0) hopeless.add('`');
  const inside = end < 0 ? '' : text.slice(at + 1, end);
  if (inside.trim() === '' || inside.includes('\n')) return null;
  return { inline: { type: 'code', text: inside }, next: end + 1 };
}

/**
 * @param {string} text @param {number} at @param {Names} known @param {number} depth @param {Set<string>} hopeless
 * @returns {Hit}
 */
function strongAt(text, at, known, depth, hopeless) {
  const all = ['***', '**', '*', '_'].filter((mark) => text.startsWith(mark, at));
  return all.reduce((hit, mark) => hit ?? strongBy(mark, text, at, known, depth, hopeless), /** @type {Hit} */ (null));
}

/**
 * @param {string} mark @param {string} text @param {number} at @param {Names} known @param {number} depth @param {Set<string>} hopeless
 * @returns {Hit}
 */
function strongBy(mark, text, at, known, depth, hopeless) {
  if (depth >= DEPTH_MAX || hopeless.has(mark)) return null;
  const start = at + mark.length;
  const opens = start < text.length && !/\s/.test(text[start]) && (at === 0 || !WORD.test(before(text, at)));
  if (!opens) return null;
  const end = closing(text, start, mark);
  if (end < 0) {
    hopeless.add(mark);
    return null;
  }
  const inside = inlines(text.slice(start, end), known, depth + 1);
  /** @type {Inline[]} */
  const kids = mark === '***' ? [{ type: 'italic', kids: inside }] : inside;
  return { inline: { type: mark.length > 1 ? 'bold' : 'italic', kids }, next: end + mark.length };
}

/** Where the mark closes: after something that is no space, and not inside a word. @param {string} text @param {number} start @param {string} mark */
function closing(text, start, mark) {
  for (let end = text.indexOf(mark, start + 1); end >= 0; end = text.indexOf(mark, end + 1)) {
    const after = end + mark.length;
    const alone = mark.length > 1 || (text[end - 1] !== '*' && text[after] !== '*');
    if (alone && !/\s/.test(text[end - 1]) && !(after < text.length && WORD.test(text.slice(after, after + 2)[0]))) return end;
  }
  return -1;
}

/** @param {string} text @param {number} at @returns {Hit} */
function linkAt(text, at) {
  const hit = LINK.exec(text.slice(at, at + 2048));
  if (!hit) return null;
  const shown = unbracketed(hit[0].replace(LINK_TAIL, ''));
  let href;
  try {
    href = new URL(shown);
  } catch {
    return null;
  }
  if (!['http:', 'https:', 'mailto:'].includes(href.protocol)) return null;
  return { inline: { type: 'link', href: href.href, text: shown }, next: at + shown.length };
}

/** Leaves out a closing bracket that was opened before the link. @param {string} url */
function unbracketed(url) {
  let kept = url;
  for (const [open, shut] of ['()', '[]', '{}']) {
    while (kept.endsWith(shut) && kept.split(open).length < kept.split(shut).length) kept = kept.slice(0, -1);
  }
  return kept.replace(LINK_TAIL, '');
}

/** @param {string} text @param {number} at @param {Names} known @returns {Hit} */
function tagAt(text, at, known) {
  const rest = text.slice(at + 1, at + 81);
  const name = known.called.first(rest) ?? NAME.exec(rest)?.[0];
  if (!name) return null;
  const typed = rest.slice(0, name.length);
  const me = known.me !== undefined && typed.toLocaleLowerCase() === known.me.toLocaleLowerCase();
  return { inline: { type: 'tag', name: typed, me }, next: at + 1 + name.length };
}

/** @param {string} rest @param {string} name */
function startsWithName(rest, name) {
  if (rest.slice(0, name.length).toLocaleLowerCase() !== name.toLocaleLowerCase()) return false;
  return rest.length === name.length || !WORD.test(after(rest, name.length));
}

/** The character that ends before `at`, whole even when it takes two code units. @param {string} text @param {number} at */
function before(text, at) {
  const unit = text[at - 1];
  return /[\uDC00-\uDFFF]/.test(unit) && at > 1 ? text.slice(at - 2, at) : unit;
}

/** The character that begins at `at`. @param {string} text @param {number} at */
function after(text, at) {
  return String.fromCodePoint(text.codePointAt(at) ?? 32);
}
