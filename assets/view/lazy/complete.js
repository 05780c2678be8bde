// The list that completes an @name or an :emoji: while one writes. It listens to the keys of the field before the composer
// does, and takes those that lead through it; every other key is typed.

import { begun, matching, wrapped } from '../../core/complete.js';
import { byCode, drawn, read, search } from '../../core/emoji.js';
import { may } from '../../core/rights.js';
import { say } from '../../core/words.js';
import { Host } from '../../store/host.js';
import { TABLE } from '../../vendor/emoji.js';
import { html, useEffect, useLayoutEffect, useState } from '../../vendor/preact.js';
import { insert } from './insert.js';

/** @typedef {import('../../app.js').App} App */
/** @typedef {import('../../store/room.js').Room} Room */
/** What may be taken: what is put, and what is shown beside it. @typedef {{put: string, sign: string, words: string}} Offer */

/** How many are offered at once: more are found faster by typing on. */
const OFFERS_MAX = 8;
/** For how long the people of a room are taken as known, in milliseconds: nobody types a name for longer. */
const KEPT_MS = 60_000;
/** How many pages of people are fetched: those further down are found when they are here. */
const PAGES_MAX = 5;

const GROUPS = read(TABLE);
const EMOJIS = GROUPS.flatMap((group) => group.emojis);
const CODES = byCode(GROUPS);

/** The text with an emoji for every short code. @param {string} text */
export function draw(text) {
  return drawn(text, CODES);
}

/** Puts a text where the caret is. @param {HTMLTextAreaElement} field @param {string} text */
export function put(field, text) {
  insert(field, field.selectionStart, field.selectionEnd, text);
}

/** Puts a mark around what is selected, or takes it away. @param {HTMLTextAreaElement} field @param {string} mark */
export function wrap(field, mark) {
  const { from, to, put: words, start, end } = wrapped(field.value, field.selectionStart, field.selectionEnd, mark);
  insert(field, from, to, words);
  field.setSelectionRange(start, end);
}

/** @type {Map<number, {at: number, people: readonly {id: number, name: string}[]}>} */
const kept = new Map();

/** @param {{app: App, room: Room, field: HTMLTextAreaElement, text: string, caret: number, close: () => void}} props */
export function Completion({ app, room, field, text, caret, close }) {
  const typed = begun(text, caret);
  const members = useMembers(app, room, typed?.mark === '@');
  const [at, setAt] = useState(0);
  const offers = typed ? offered(app, room, members, typed) : [];
  const lit = Math.min(at, offers.length - 1);
  const open = offers.length > 0;
  const take = (/** @type {Offer} */ offer) => {
    const until = field.selectionEnd;
    const now = begun(field.value, until);
    if (now) insert(field, now.from, until, offer.put);
    close();
  };
  // The one that a key means: more may have been typed within this frame, which the list does not show yet.
  const meant = () => {
    if (field.value === text) return offers[lit];
    const now = begun(field.value, field.selectionEnd);
    return now && offered(app, room, members, now)[0];
  };
  useEffect(() => void setAt(0), [text]);
  useLayoutEffect(() => {
    if (!open) return undefined;
    const key = (/** @type {KeyboardEvent} */ event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const takes = (event.key === 'Enter' && !event.shiftKey) || (event.key === 'Tab' && !event.shiftKey);
      if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
      if (['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) close();
      if (!step && !takes && event.key !== 'Escape') return;
      const offer = takes ? meant() : offers[lit];
      if (!offer) return close();
      event.preventDefault();
      event.stopImmediatePropagation();
      if (step) setAt((lit + step + offers.length) % offers.length);
      else if (takes) take(offer);
      else close();
    };
    field.addEventListener('keydown', key, true);
    field.setAttribute('aria-controls', 'offers');
    field.setAttribute('aria-activedescendant', `offer-${lit}`);
    return () => {
      field.removeEventListener('keydown', key, true);
      field.removeAttribute('aria-controls');
      field.removeAttribute('aria-activedescendant');
    };
  });
  // The field keeps the focus, whatever is pressed here.
  const hold = (/** @type {Event} */ event) => event.preventDefault();
  return html`<span class="sr" role="status">${open && say('complete.count', { n: offers.length })}</span>
    ${open && html`<ul class="offered" id="offers" role="listbox" aria-label=${say(typed?.mark === '@' ? 'complete.people' : 'complete.emojis')} onMouseDown=${hold}>${offers.map((offer, index) => html`<li key=${offer.put} id=${`offer-${index}`} role="option" aria-selected=${index === lit ? 'true' : 'false'} onClick=${() => take(offer)}><span>${offer.sign}</span> ${offer.words}</li>`)}</ul>`}`;
}

/** @param {App} app @param {Room} room @param {readonly {id: number, name: string}[]} members @param {import('../../core/complete.js').Begun} typed @returns {Offer[]} */
function offered(app, room, members, { mark, word }) {
  if (mark === ':')
    return search(EMOJIS, word, OFFERS_MAX).map(({ emoji, codes }) => ({ put: emoji, sign: emoji, words: `:${codes[0]}:` }));
  const me = app.session.me.value;
  const here = room.here.value.people;
  const others = members.filter((person) => !here.some((one) => one.id === person.id));
  const all = may(me?.role, 'summon', room.kind, room.standing) ? [{ id: 0, name: 'room' }] : [];
  const people = [...here, ...others].filter((person) => person.id !== me?.id);
  return matching([...people, ...all], word, OFFERS_MAX).map(({ id, name }) => ({
    put: `@${name} `,
    sign: '@',
    words: id === 0 ? say('complete.room') : name,
  }));
}

/** Who is in the room, asked for when first needed. @param {App} app @param {Room} room @param {boolean} needed */
function useMembers(app, room, needed) {
  const [people, setPeople] = useState(kept.get(room.id)?.people ?? []);
  useEffect(() => {
    const now = Date.now();
    if (!needed || now - (kept.get(room.id)?.at ?? 0) < KEPT_MS) return;
    kept.set(room.id, { at: now, people });
    void everybody(app, room).then(
      (found) => {
        kept.set(room.id, { at: now, people: found });
        setPeople(found);
      },
      // Without an answer those who are here are offered; it is asked again with the next name.
      () => kept.delete(room.id),
    );
  }, [room, needed]);
  return people;
}

/** @param {App} app @param {Room} room @returns {Promise<readonly {id: number, name: string}[]>} */
async function everybody(app, room) {
  const host = new Host(app.rooms, room.id);
  /** @type {{id: number, name: string}[]} */
  const found = [];
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const { members, more } = await host.members(found.at(-1)?.id ?? 0);
    found.push(...members);
    if (!more) break;
  }
  return found;
}
