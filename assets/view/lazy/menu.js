// A message's menu: what one may do about it, and about whoever wrote it. It shows only what the rights allow.

import { may, mayRemove, mayServe, outranks } from '../../core/rights.js';
import { Host, roleOf } from '../../store/host.js';
import { html, useEffect, useLayoutEffect, useRef, useState } from '../../vendor/preact.js';
import { BanForm, Delete, MuteForm, Remove, Report } from './asks.js';
import { copyText } from './copy.js';

/** @typedef {import('../../app.js').App} App */
/** @typedef {import('../../store/rooms.js').Room} Room */
/** @typedef {import('../../core/rows.js').MessageRow} MessageRow */

/** The message, its room, and what the menu stands beside (`null`: the lower edge, as after a long press). @typedef {{room: Room, row: MessageRow, place: Element | null}} Chosen */
/** @typedef {{role: import('../../core/proto.js').Role, inside: boolean} | null} Author */
/** @typedef {'copy' | 'write' | 'report' | 'delete' | 'mute' | 'remove' | 'ban'} Deed */

/** How far the menu stays from the edges, in CSS pixels. */
const EDGE_PX = 8;

const ASKS = { report: Report, delete: Delete, mute: MuteForm, remove: Remove, ban: BanForm };

/** The menu, and what it leads to. @param {{app: App, close: () => void}} props */
export function MessageMenu({ app, close }) {
  const [chosen] = useState(app.chosen.peek());
  const [author, setAuthor] = useState(/** @type {Author | undefined} */ (undefined));
  const [deed, setDeed] = useState(/** @type {Deed | null} */ (null));
  const me = app.session.me.value;
  const wanted = chosen && !chosen.row.mine && wantsAuthor(me, chosen.room);
  useEffect(() => {
    const asked = chosen && wanted && roleOf(app.rooms, chosen.room.id, chosen.row.by.id, mayServe(me?.role, 'listPeople'));
    Promise.resolve(asked || null).then(setAuthor, () => setAuthor(null));
    return undefined;
  }, []);
  const isIn = chosen !== null && app.rooms.list.value.includes(chosen.room);
  useEffect(() => {
    if (!isIn) close();
    return undefined;
  }, [isIn]);
  if (!chosen || !me || author === undefined) return null;
  const { room, row } = chosen;
  if (deed && deed in ASKS) {
    const ask = ASKS[/** @type {keyof typeof ASKS} */ (deed)];
    return html`<${ask} app=${app} room=${room} host=${new Host(app.rooms, room.id)} row=${row} person=${row.by} close=${close} />`;
  }
  const pick = async (/** @type {Deed} */ one) => {
    if (one !== 'write') return setDeed(one);
    const id = await app.rooms.direct([row.by.id]);
    close();
    app.go(id);
  };
  return html`<${Menu} place=${chosen.place} words=${row.text} label=${`About the message of ${row.mine ? 'yours' : row.by.name}`} items=${itemsFor(app, chosen, author)} pick=${pick} close=${close} />`;
}

/** Whether it matters who the author is. @param {import('../../core/proto.js').Account | null} me @param {Room} room */
const wantsAuthor = (me, room) => mayServe(me?.role, 'direct') || may(me?.role, 'remove', room.kind, room.standing);

/** What one may do, and how it is called. @param {App} app @param {Chosen} chosen @param {Author} author @returns {[Deed, string, boolean][]} */
function itemsFor(app, { room, row }, author) {
  const role = app.session.me.peek()?.role;
  const { name } = row.by;
  /** @type {[Deed, string, boolean][]} */
  const all = [['copy', 'Copy the text', false]];
  if (row.mine) return [...all, ['delete', 'Delete…', true]];
  // A guest may be a bot, which nobody writes to.
  const person = author && author.role !== 'guest';
  if (person && mayServe(role, 'direct') && room.kind !== 'direct') all.push(['write', `Write to ${name} alone`, false]);
  all.push(['report', 'Report…', false]);
  if (may(role, 'deleteOther', room.kind, room.standing)) all.push(['delete', 'Delete…', true]);
  if (!author) return all;
  const stern = mayServe(role, 'moderate') && outranks(role, author.role);
  if (stern) all.push(['mute', `Mute ${name}…`, true]);
  if (author.inside && may(role, 'remove', room.kind, room.standing) && mayRemove(role, room.standing, author.role))
    all.push(['remove', `Remove ${name} from this room…`, true]);
  if (stern) all.push(['ban', `Ban ${name}…`, true]);
  return all;
}

/**
 * @param {{place: Element | null, words: string, label: string, items: [Deed, string, boolean][], pick: (deed: Deed) => Promise<unknown>,
 *   close: () => void}} props
 */
function Menu({ place, words, label, items, pick, close }) {
  const element = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const [trouble, setTrouble] = useState('');
  useLayoutEffect(() => {
    const opener = document.activeElement;
    element.current?.showModal();
    if (element.current && place) stand(element.current, place.getBoundingClientRect());
    return () => {
      element.current?.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    };
  }, []);
  const choose = async (/** @type {Deed} */ deed) => {
    try {
      if (deed !== 'copy') await pick(deed);
      else if (element.current && (await copyText(words, element.current))) close();
      else setTrouble('This browser does not let a page copy. Mark the words and copy them.');
    } catch (reason) {
      setTrouble(/** @type {Error} */ (reason).message);
    }
  };
  const beside = (/** @type {Event} */ event) => {
    if (event.target === element.current) close();
  };
  const key = (/** @type {KeyboardEvent} */ event) => {
    const buttons = [...(element.current?.querySelectorAll('button') ?? [])];
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    buttons.at(to % buttons.length)?.focus();
  };
  const cancel = (/** @type {Event} */ event) => {
    event.preventDefault();
    close();
  };
  return html`<dialog class=${place ? 'menu' : 'menu low'} ref=${element} aria-label=${label} onCancel=${cancel} onMouseDown=${beside} onKeyDown=${key}>
    <ul>${items.map(([deed, name, grave]) => html`<li key=${deed}><button class=${grave ? 'grave' : ''} type="button" onClick=${() => choose(deed)}>${name}</button></li>`)}</ul>
    <p class="trouble" role="alert">${trouble}</p>
  </dialog>`;
}

/** Puts the menu beside its button, where there is place. @param {HTMLElement} menu @param {DOMRect} place */
function stand(menu, place) {
  const { offsetWidth: wide, offsetHeight: tall } = menu;
  const below = place.bottom + tall + EDGE_PX < innerHeight;
  const top = below ? place.bottom + 2 : Math.max(EDGE_PX, place.top - tall - 2);
  menu.style.left = `${Math.max(EDGE_PX, Math.min(place.right - wide, innerWidth - wide - EDGE_PX))}px`;
  menu.style.top = `${top}px`;
}
