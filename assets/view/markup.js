// The tree of core/markup.js as elements. Text is set as text; there is no other way in.

import { say } from '../core/words.js';
import { html } from '../vendor/preact.js';
import { Icon } from './parts.js';

/** @typedef {import('../core/markup.js').Block} Block */
/** @typedef {import('../core/markup.js').Inline} Inline */
/** @typedef {import('../vendor/preact.js').Child} Child */

/** Places of this server open in this page. */
const HOME = `${location.origin}/#`;

/** A message, as one thing. @param {{tree: readonly Block[]}} props */
export function Markup({ tree }) {
  return html`<div class="said">${tree.map((one) => block(one, 'auto'))}</div>`;
}

/** `dir` is that of what stands alone; what stands in something else runs as all of that. @param {Block} one @param {'auto'} [dir] @returns {Child} */
function block(one, dir) {
  if (one.type === 'block')
    return html`<div class="code" dir="ltr"><pre tabindex="0"><code>${one.text}</code></pre><button class="icon" type="button" aria-label=${say('code.copy')} onClick=${copy}><${Icon} name="copy" /></button></div>`;
  if (one.type === 'quote') return html`<blockquote dir=${dir}>${inside(one.kids)}</blockquote>`;
  if (one.type === 'list') return list(one.numbered, one.items, dir);
  return html`<div class="text" dir=${dir}>${one.kids.map(inline)}</div>`;
}

/** @param {readonly Block[]} kids @returns {Child[]} */
const inside = (kids) => kids.map((one) => block(one, undefined));

/** @param {Event} event */
const copy = ({ currentTarget }) => import('./lazy/copy.js').then(({ copyCode }) => copyCode(currentTarget));

/** @param {boolean} numbered @param {readonly import('../core/markup.js').Item[]} items @param {'auto'} [dir] @returns {Child} */
function list(numbered, items, dir) {
  const kids = items.map((item) => html`<li value=${item.number ?? undefined}>${inside(item.kids)}</li>`);
  return numbered ? html`<ol dir=${dir}>${kids}</ol>` : html`<ul dir=${dir}>${kids}</ul>`;
}

/** @param {Inline} one @returns {Child} */
function inline(one) {
  switch (one.type) {
    case 'bold':
      return html`<b>${one.kids.map(inline)}</b>`;
    case 'italic':
      return html`<em>${one.kids.map(inline)}</em>`;
    case 'code':
      return html`<code dir="ltr">${one.text}</code>`;
    case 'link':
      return html`<a href=${one.href} target=${one.href.startsWith(HOME) ? undefined : '_blank'} rel="noopener noreferrer">${one.text}</a>`;
    case 'tag':
      return html`<span class=${one.me ? 'tag me' : 'tag'}>@${one.name}</span>`;
    default:
      return one.text;
  }
}
