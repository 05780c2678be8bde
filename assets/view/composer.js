// Where one writes. The draft is kept with every letter; a message belongs to the room in which Send was pressed.

import { endsAtCursor } from '../core/log.js';
import { mayServe } from '../core/rights.js';
import { composerKey } from '../core/shortcuts.js';
import { span } from '../core/time.js';
import { say } from '../core/words.js';
import { html, useEffect, useLayoutEffect, useRef, useState } from '../vendor/preact.js';
import { aid, completable, completion, left, outgoing, picker, strip } from './aids.js';
import { Lazy } from './lazy.js';
import { Icon } from './parts.js';

/** @typedef {import('../app.js').App} App */
/** @typedef {import('../store/room.js').Room} Room */

/** How often the time that is left is looked at, in milliseconds. */
const TICK_MS = 1000;

/** From how many characters left on somebody wants to know how many there are. */
const FEW = 500;

const attached = () => import('./lazy/attached.js').then((module) => module.Attached);

const GROWS_ALONE = CSS.supports('field-sizing', 'content');

/** The place to write, or why there is none. @param {{app: App, room: Room}} props */
export function Composer({ app, room }) {
  if (!room.archived.value) return html`<${Writing} app=${app} room=${room} />`;
  const begun = app.drafts.get(room.id).trim() !== '';
  return html`<p class="say shut" id="say" tabindex="-1">${say(begun ? 'composer.archivedBegun' : 'composer.archived')}</p>`;
}

/** @param {{app: App, room: Room}} props */
function Writing({ app, room }) {
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const text = app.drafts.shown(room.id);
  const edited = app.drafts.editedIn(room.id);
  const reply = app.drafts.replyOf(room.id);
  const files = edited ? [] : app.drafts.filesOf(room.id);
  const muted = useMuted(app);
  const most = app.session.limits.value.text_chars;
  const [hasty, setHasty] = useState(false);
  const [caret, setCaret] = useState(-1);
  const [place, setPlace] = useState(/** @type {Element | null} */ (null));
  const [picked, setPicked] = useState('');
  useEffect(() => {
    // The picker is gone by now.
    if (picked) aid('put', field.current, picked);
    setPicked('');
    return undefined;
  }, [picked]);
  const coming = files.some((file) => !file.view);
  const trouble =
    muted > 0
      ? say('composer.muted', { span: span(muted) })
      : troubleWith(app, text) || (hasty && coming ? say('composer.filesComing') : '');

  useLayoutEffect(() => {
    if (field.current && !GROWS_ALONE) grow(field.current);
    return undefined;
  }, [text]);

  useEffect(() => {
    // Whoever has come to a message stays there.
    const isAway = document.activeElement?.closest('.msg');
    if (app.moved.peek() && !app.coarse() && !isAway) field.current?.focus({ preventScroll: true });
    return undefined;
  }, [room]);

  const write = (/** @type {{currentTarget: HTMLTextAreaElement}} */ { currentTarget }) => {
    app.drafts.write(room.id, currentTarget.value);
    setCaret(completable(currentTarget));
    if (!edited && currentTarget.value.trim()) app.presence.write(room.id);
  };
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    const words = outgoing(field.current?.value.trimEnd() ?? '');
    setCaret(-1);
    field.current?.focus({ preventScroll: true });
    setHasty(coming);
    if ((words.trim() === '' && files.length === 0) || coming || muted > 0 || troubleWith(app, words)) return;
    if (edited) {
      app.outbox.edit(room.id, edited.seq, words);
      app.drafts.endEdit();
      return;
    }
    const views = files.flatMap(({ key, view }) => (view ? { ...view, key } : []));
    app.outbox.post(room.id, words, { ...(reply > 0 && { reply_to: reply }), ...(views.length > 0 && { files: views }) });
    app.drafts.sent(room.id);
    app.timeline.latest();
  };
  useEffect(() => {
    if (coming) void app.uploads().then((uploads) => uploads.resume(room.id));
    return undefined;
  }, [room, coming]);
  const paste = (/** @type {ClipboardEvent} */ event) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (pasted.length === 0 || edited) return;
    event.preventDefault();
    void app.attach(room.id, pasted);
  };
  const choose = (/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) => {
    void app.attach(room.id, [...(currentTarget.files ?? [])]);
    currentTarget.value = '';
    field.current?.focus({ preventScroll: true });
  };
  const cancel = () => {
    app.drafts.leave(room.id);
    field.current?.focus({ preventScroll: true });
  };
  const key = (/** @type {KeyboardEvent} */ event) => {
    const does = composerKey(event, app.prefs.all.peek().enter === 'breaks' || app.coarse());
    if (does === 'send') send(event);
    if ((does === 'bold' || does === 'italic') && field.current) {
      event.preventDefault();
      aid('wrap', field.current, does === 'bold' ? '**' : '_');
    }
    if (event.key === 'Escape' && !event.isComposing && (edited || reply)) {
      event.stopPropagation();
      cancel();
    }
    // What one said last is where the log ends.
    if (event.key === 'ArrowUp' && text === '' && !edited && endsAtCursor(room.log.peek())) {
      const mine = app.timeline.rows.peek().findLast((row) => row.type === 'message' && row.mine && row.state === 'sent');
      if (mine?.type !== 'message') return;
      event.preventDefault();
      app.edit(mine.seq, mine.text);
    }
  };

  return html`${(edited || reply > 0) && html`<${Lazy} load=${strip} app=${app} room=${room} edited=${edited !== null} seq=${edited?.seq ?? reply} close=${cancel} quiet />`}
    ${files.length > 0 && html`<${Lazy} load=${attached} app=${app} room=${room} close=${() => app.drafts.setFiles(room.id, [])} />`}
    <form class="say" onSubmit=${send}>
      ${app.session.limits.value.file_bytes > 0 && html`<label class="icon clip"><input class="sr" type="file" multiple disabled=${edited !== null} onChange=${choose} /><span class="sr">${say('composer.attach')}</span><${Icon} name="paperclip" /></label>`}
      <label class="sr" for="say">${edited ? say('composer.edited') : say('composer.label', { room: room.name.value })}</label>
      <textarea id="say" dir=${text ? 'auto' : undefined} rows="1" placeholder=${placeholder(app, room)} enterkeyhint=${app.coarse() ? 'enter' : 'send'}
        aria-describedby="say-trouble" aria-autocomplete="list" ref=${field} value=${text} onInput=${write} onKeyDown=${key} onPaste=${paste} onBlur=${() => setCaret(-1)} onMouseDown=${() => setCaret(-1)}></textarea>
      ${caret >= 0 && html`<${Lazy} load=${completion} quiet=${true} app=${app} room=${room} field=${field.current} text=${text} caret=${caret} close=${() => setCaret(-1)} />`}
      <button class="icon" type="button" aria-label=${say('composer.emoji')} aria-haspopup="dialog" onClick=${(/** @type {any} */ event) => setPlace(event.currentTarget)}><${Icon} name="smile-plus" /></button>
      ${place && html`<${Lazy} load=${picker} place=${app.narrow.value ? null : place} pick=${setPicked} close=${() => setPlace(null)} />`}
      <button class="go" aria-label=${say('composer.send')} aria-disabled=${muted > 0 ? 'true' : undefined}><${Icon} name="arrow-up" /></button>
    </form>
    <div role="status">${text.length > most - FEW && html`<${Lazy} load=${left} text=${text} most=${most} quiet />`}</div>
    <p class="trouble" id="say-trouble" role="status">${trouble}</p>`;
}

/** For how long one may not write yet, in milliseconds; it counts down by itself. @param {App} app */
function useMuted(app) {
  const until = app.session.me.value?.muted_until ?? 0;
  const [, tick] = useState(0);
  const left = until - Date.now();
  useEffect(() => {
    if (left <= 0) return undefined;
    const timer = app.timers.set(() => tick(Date.now()), Math.min(left, TICK_MS));
    return () => app.timers.clear(timer);
  });
  return Math.max(0, left);
}

/** @param {App} app @param {Room} room */
function placeholder(app, room) {
  const { slow_ms: slow } = room.rules.value;
  const waits = slow > 0 && !mayServe(app.session.me.value?.role, 'moderate');
  return waits ? say('composer.slow', { span: span(slow) }) : say('composer.placeholder');
}

/** Why this cannot be sent. @param {App} app @param {string} text */
function troubleWith(app, text) {
  const most = app.session.limits.value.text_chars;
  const length = text.length > most ? [...text.trimEnd()].length : 0;
  if (length > most) return say('composer.tooLong', { n: length - most });
  return text && app.outbox.isFull() ? say('composer.full') : '';
}

/** For browsers in which a text field does not grow by itself. @param {HTMLTextAreaElement} field */
function grow(field) {
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight}px`;
}
