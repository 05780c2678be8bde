// All keys, in one list.

import { say } from '../../core/words.js';
import { html } from '../../vendor/preact.js';
import { Dialog } from '../dialog.js';
import { MAC } from '../hall.js';

/** The keys, and the name of what they do; `Ctrl` is Cmd on a Mac. */
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
  const cap = (/** @type {string} */ keys) => (MAC ? keys.replaceAll('Ctrl', '⌘').replaceAll('Alt', '⌥') : keys);
  return html`<${Dialog} title=${say('keys.title')} close=${close}><dl class="keys">${KEYS.map(
    ([keys, what]) =>
      html`<div key=${what}><dt>${cap(keys)
        .split(', ')
        .map(
          (chord) => html`<span>${chord.split(' ').map((key) => html`<kbd>${key}</kbd>`)}</span>`,
        )}</dt><dd>${say(what)}</dd></div>`,
  )}</dl><//>`;
}
