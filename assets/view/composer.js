// Where one writes. The draft is kept with every letter; a message belongs to the room in which Send was pressed.

import { composerKey } from '../core/shortcuts.js';
import { html, useEffect, useLayoutEffect, useRef } from '../vendor/preact.js';
import { Icon } from './parts.js';

/** @typedef {import('../app.js').App} App */
/** @typedef {import('../store/rooms.js').Room} Room */

const GROWS_ALONE = CSS.supports('field-sizing', 'content');

/** The composer. @param {{app: App, room: Room}} props */
export function Composer({ app, room }) {
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const text = app.drafts.get(room.id);
  const trouble = troubleWith(app, text);

  useLayoutEffect(() => {
    if (field.current && !GROWS_ALONE) grow(field.current);
    return undefined;
  }, [text]);

  useEffect(() => {
    if (app.moved.peek() && !app.coarse()) field.current?.focus({ preventScroll: true });
    return undefined;
  }, [room]);

  const write = (/** @type {{currentTarget: HTMLTextAreaElement}} */ { currentTarget }) => {
    app.drafts.set(room.id, currentTarget.value);
    if (currentTarget.value.trim()) app.presence.write(room.id);
  };
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    const words = field.current?.value.trimEnd() ?? '';
    field.current?.focus({ preventScroll: true });
    if (words.trim() === '' || troubleWith(app, words)) return;
    app.outbox.post(room.id, words);
    app.drafts.set(room.id, '');
    app.timeline.latest();
  };
  const key = (/** @type {KeyboardEvent} */ event) => {
    if (composerKey(event, app.coarse()) === 'send') send(event);
  };

  return html`<form class="say" onSubmit=${send}>
      <label class="sr" for="say">Message to ${room.name.value}</label>
      <textarea id="say" rows="1" placeholder="Say something…" enterkeyhint=${app.coarse() ? 'enter' : 'send'}
        aria-describedby="say-trouble" ref=${field} value=${text} onInput=${write} onKeyDown=${key}></textarea>
      <button class="go" aria-label="Send"><${Icon} name="arrow-up" /></button>
    </form>
    <p class="trouble" id="say-trouble" role="status">${trouble}</p>`;
}

/** Why this cannot be sent. @param {App} app @param {string} text */
function troubleWith(app, text) {
  const most = app.session.limits.value.text_chars;
  const length = text.length > most ? [...text.trimEnd()].length : 0;
  if (length > most) return `This is ${length - most} characters too long to send. Shorten it, or send it in two parts.`;
  return text && app.outbox.isFull() ? 'Too many messages are waiting already. Send this one when they are out.' : '';
}

/** For browsers in which a text field does not grow by itself. @param {HTMLTextAreaElement} field */
function grow(field) {
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight}px`;
}
