// A message's menu: what one may do about it, and about whoever wrote it. It shows only what the rights allow.

import { roomPlace } from '../../core/place.js';
import { may, mayRemove, mayServe, outranks } from '../../core/rights.js';
import { say } from '../../core/words.js';
import { Host, roleOf } from '../../store/host.js';
import { html, useEffect, useState } from '../../vendor/preact.js';
import { BanForm, Delete, MuteForm, Remove, Report } from './asks.js';
import { useAttempt, writeTo } from './attempt.js';
import { copyText } from './copy.js';
import { History } from './history.js';
import { Popover } from './popover.js';

/** @typedef {import('../../app.js').App} App */
/** @typedef {import('../../store/room.js').Room} Room */
/** @typedef {import('../../core/rows.js').MessageRow} MessageRow */

/**
 * The message, its room, what the menu stands beside (`null`: the lower edge, as after a long press), and what is to be done at
 * once.
 * @typedef {{room: Room, row: MessageRow, place: Element | null, deed?: 'delete'}} Chosen
 */
/** @typedef {{role: import('../../core/proto.js').Role, inside: boolean} | null} Author */
/** @typedef {'react' | 'answer' | 'edit' | 'history' | 'link' | 'copy' | 'write' | 'profile' | 'report' | 'delete' | 'mute' | 'remove' | 'ban'} Deed */

const ASKS = { history: History, report: Report, delete: Delete, mute: MuteForm, remove: Remove, ban: BanForm };

/** The menu, and what it leads to. @param {{app: App, close: () => void}} props */
export function MessageMenu({ app, close }) {
  const [chosen] = useState(app.chosen.peek());
  const [author, setAuthor] = useState(/** @type {Author | undefined} */ (undefined));
  const [deed, setDeed] = useState(/** @type {Deed | null} */ (chosen?.deed ?? null));
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
    if (one === 'answer' || one === 'edit') {
      close();
      return one === 'edit' ? app.edit(row.seq, row.text) : app.answer(row.seq);
    }
    if (one === 'react') return app.open('reactions');
    if (one === 'profile') return app.open('profile');
    return one === 'write' ? writeTo(app, row.by.id, close) : setDeed(one);
  };
  return html`<${Menu} place=${chosen.place} words=${row.text} link=${`${location.origin}/${roomPlace(room.id, row.seq)}`} label=${row.mine ? say('menu.aboutThe') : say('menu.aboutTheMessage', { name: row.by.name })} items=${itemsFor(app, chosen, author)} pick=${pick} close=${close} />`;
}

/** Whether it matters who the author is. @param {import('../../core/proto.js').Account | null} me @param {Room} room */
const wantsAuthor = (me, room) => mayServe(me?.role, 'direct') || may(me?.role, 'remove', room.kind, room.standing);

/** What one may do, and how it is called. @param {App} app @param {Chosen} chosen @param {Author} author @returns {[Deed, string, boolean][]} */
function itemsFor(app, { room, row }, author) {
  const role = app.session.me.peek()?.role;
  const { name } = row.by;
  /** @type {[Deed, string, boolean][]} */
  const all = [
    ['answer', say('menu.answer'), false],
    ['react', say('menu.react'), false],
    ...(row.mine ? [/** @type {[Deed, string, boolean]} */ (['edit', say('menu.edit'), false])] : []),
    ['copy', say('menu.copyThe'), false],
    ['link', say('menu.link'), false],
  ];
  if (row.edited && may(role, 'revisions', room.kind, room.standing)) all.push(['history', say('menu.history'), false]);
  if (row.mine) return [...all, ['delete', say('menu.delete'), true]];
  // A guest may be a bot, which nobody writes to.
  const person = author && author.role !== 'guest';
  if (person && mayServe(role, 'direct') && room.kind !== 'direct') all.push(['write', say('menu.writeTo', { name }), false]);
  all.push(['profile', say('everybody.aboutName', { name }), false]);
  all.push(['report', say('menu.report'), false]);
  if (may(role, 'deleteOther', room.kind, room.standing)) all.push(['delete', say('menu.delete'), true]);
  if (!author) return all;
  const stern = mayServe(role, 'moderate') && outranks(role, author.role);
  if (stern) all.push(['mute', say('menu.muteName', { name }), true]);
  if (author.inside && may(role, 'remove', room.kind, room.standing) && mayRemove(role, room.standing, author.role))
    all.push(['remove', say('menu.removeName', { name }), true]);
  if (stern) all.push(['ban', say('menu.banName', { name }), true]);
  return all;
}

/**
 * @param {{place: Element | null, words: string, link: string, label: string, items: [Deed, string, boolean][], pick: (deed: Deed) => Promise<unknown>,
 *   close: () => void}} props
 */
function Menu({ place, words, link, label, items, pick, close }) {
  const { attempt, told } = useAttempt();
  const choose = (/** @type {Event} */ event, /** @type {Deed} */ deed) => {
    const host = /** @type {HTMLElement} */ (/** @type {HTMLElement} */ (event.currentTarget).closest('dialog'));
    return attempt(async () => {
      if (deed !== 'copy' && deed !== 'link') return pick(deed);
      if (!(await copyText(deed === 'link' ? link : words, host))) throw new Error(say('menu.thisBrowser'));
      return close();
    });
  };
  return html`<${Popover} place=${place} label=${label} close=${close}>
    <ul>${items.map(([deed, name, grave]) => html`<li key=${deed}><button class=${grave ? 'grave' : ''} type="button" onClick=${(/** @type {Event} */ event) => choose(event, deed)}>${name}</button></li>`)}</ul>
    ${told}
  <//>`;
}
