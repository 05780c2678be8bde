// Any emoji: those used last, groups of them, and a search; arrows lead through the grid.

import { asRead } from '../../core/arrows.js';
import { read, search } from '../../core/emoji.js';
import { say } from '../../core/words.js';
import { TABLE } from '../../vendor/emoji.js';
import { html, useRef, useState } from '../../vendor/preact.js';
import { Popover } from './popover.js';

/** How many of those used last are kept, and of those found are shown. */
const RECENT_MAX = 24;
const FOUND_MAX = 64;
/** Where those used last are kept in this browser. */
const RECENT = 'snug.emojis';

const GROUPS = read(TABLE);
const ALL = GROUPS.flatMap((group) => group.emojis);

/**
 * The picker: `pick` is called with the emoji after `close`; it stands beside `place`, or at the lower edge.
 * @param {{pick: (emoji: string) => void, close: () => void, place?: Element | null}} props
 */
export function Emoji({ pick, close, place = null }) {
  const [sought, setSought] = useState('');
  const [recent] = useState(lately);
  const [group, setGroup] = useState(recent.length > 0 ? '' : GROUPS[0].name);
  const grid = useRef(/** @type {HTMLElement | null} */ (null));
  const shown = sought.trim() ? search(ALL, sought, FOUND_MAX) : (GROUPS.find(({ name }) => name === group)?.emojis ?? recent);
  const take = (/** @type {string} */ emoji) => {
    keep(emoji);
    close();
    pick(emoji);
  };
  const inField = (/** @type {KeyboardEvent} */ event) => {
    // A field for searching would be emptied first.
    if (event.key === 'Escape') {
      event.preventDefault();
      return close();
    }
    event.stopPropagation();
    if (event.isComposing || shown.length === 0) return undefined;
    if (event.key === 'Enter') take(shown[0].emoji);
    if (event.key === 'ArrowDown') grid.current?.querySelector('button')?.focus();
    if (event.key === 'Enter' || event.key === 'ArrowDown') event.preventDefault();
    return undefined;
  };
  return html`<${Popover} place=${place} label=${say('emoji.title')} close=${close} class="emojis">
    <input class="seek" type="search" aria-label=${say('emoji.search')} placeholder=${say('emoji.search')} value=${sought} onInput=${(/** @type {any} */ event) => setSought(event.currentTarget.value)} onKeyDown=${inField} />
    <div class="groups" role="group" aria-label=${say('emoji.groups')}>${[
      ...(recent.length > 0 ? [''] : []),
      ...GROUPS.map(({ name }) => name),
    ].map(
      (name) =>
        html`<button key=${name} type="button" aria-pressed=${!sought && name === group ? 'true' : 'false'} aria-label=${nameOf(name)} title=${nameOf(name)} onClick=${() => {
          setSought('');
          setGroup(name);
        }}>${name ? GROUPS.find((one) => one.name === name)?.emojis[0].emoji : '🕘'}</button>`,
    )}</div>
    <div class="grid" role="group" aria-label=${sought ? say('emoji.found') : nameOf(group)} ref=${grid} onKeyDown=${(/** @type {KeyboardEvent} */ event) => lead(grid.current, event)}>${shown.map(
      ({ emoji, name }, index) =>
        html`<button key=${emoji} type="button" lang="en" tabindex=${index === 0 ? '0' : '-1'} aria-label=${name} title=${name} onClick=${() => take(emoji)}>${emoji}</button>`,
    )}</div>
    <p class="faint" role="status">${sought.trim() && say('emoji.count', { n: shown.length })}</p>
  <//>`;
}

/** @param {string} group */
function nameOf(group) {
  return group ? say(/** @type {import('../../core/words.js').Word} */ (`emoji.${group}`)) : say('emoji.recent');
}

/** Leads by arrows through rows and columns. @param {HTMLElement | null} grid @param {KeyboardEvent} event */
function lead(grid, event) {
  const buttons = [...(grid?.querySelectorAll('button') ?? [])];
  const wide = buttons.findIndex((button) => button.offsetTop > buttons[0].offsetTop);
  const row = wide < 0 ? buttons.length : wide;
  const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  const ways = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at - row,
    ArrowDown: at + row,
    Home: 0,
    End: buttons.length - 1,
  };
  const to = /** @type {Record<string, number>} */ (ways)[asRead(event.key)];
  if (to === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  buttons[to]?.focus();
}

/** @returns {readonly import('../../core/emoji.js').Emoji[]} */
function lately() {
  try {
    const kept = (localStorage.getItem(RECENT) ?? '').split(' ');
    return kept.flatMap((emoji) => ALL.find((one) => one.emoji === emoji) ?? []);
  } catch {
    return [];
  }
}

/** @param {string} emoji */
function keep(emoji) {
  try {
    const kept = lately().map((one) => one.emoji);
    localStorage.setItem(RECENT, [emoji, ...kept.filter((one) => one !== emoji)].slice(0, RECENT_MAX).join(' '));
  } catch {
    // The browser keeps nothing; the groups are still there.
  }
}
