// All keys, in one list.

import { say } from '../../core/words.js';
import { html } from '../../vendor/preact.js';
import { Dialog } from '../dialog.js';
import { MAC } from '../hall.js';

/** The keys, and the name of what they do. */
const KEYS = /** @type {const} */ ([
  ['Enter', 'keys.send'],
  ['Shift Enter', 'keys.line'],
  ['Up', 'keys.edit'],
  ['Ctrl B', 'keys.bold'],
  ['Ctrl I', 'keys.italic'],
  ['Tab', 'keys.take'],
  ['Esc', 'keys.leave'],
  ['Alt Up, Alt Down', 'keys.rooms'],
  ['Alt Shift Up, Alt Shift Down', 'keys.unread'],
  ['F6, Shift F6', 'keys.regions'],
  ['Up, Down, Home, End', 'keys.messages'],
  ['R, E, +, Del', 'keys.message'],
  ['Ctrl K', 'keys.find'],
  ['Ctrl Shift F', 'keys.findHere'],
  ['Ctrl /', 'keys.list'],
]);

/** @param {{close: () => void}} props */
export function Keys({ close }) {
  /** What stands on a key, where that is not the same everywhere. @type {Record<string, string>} */
  const caps = {
    ...{ Up: '↑', Down: '↓', Shift: say('key.shift'), Del: say('key.del'), Home: say('key.home'), End: say('key.end') },
    ...(MAC ? { Ctrl: '⌘', Alt: '⌥' } : { Ctrl: say('key.ctrl') }),
  };
  return html`<${Dialog} title=${say('keys.title')} close=${close}><dl class="keys">${KEYS.map(
    ([keys, what]) =>
      html`<div key=${what}><dt>${keys
        .split(', ')
        .map(
          (chord) => html`<span dir="ltr">${chord.split(' ').map((key) => html`<kbd>${caps[key] ?? key}</kbd>`)}</span>`,
        )}</dt><dd>${say(what)}</dd></div>`,
  )}</dl><//>`;
}
