// The hallway: the sign, the doors, and oneself.

import { count } from '../core/names.js';
import { roomPlace } from '../core/place.js';
import { mayServe } from '../core/rights.js';
import { say } from '../core/words.js';
import { computed, html, useMemo } from '../vendor/preact.js';
import { Arch, Icon } from './parts.js';

/** @typedef {import('../app.js').App} App */
/** @typedef {import('../store/room.js').Room} Room */

export const MAC = /Mac|iPhone|iPad/.test(navigator.platform);

/** How many faces stand before the name of a direct room. */
const FACES_MAX = 2;

/** How the link feels, in one's own corner. @type {Record<string, import('../core/words.js').Word>} */
const FEELS = {
  live: 'hall.live',
  opening: 'hall.opening',
  syncing: 'hall.opening',
  waiting: 'hall.waiting',
  offline: 'hall.offline',
};

/** The list of rooms: beside the room, or, where there is place for one thing only, a page of its own. @param {{app: App}} props */
export function Hall({ app }) {
  const alone = app.narrow.value && app.inHall.value;
  const role = app.session.me.value?.role;
  const directs = app.rooms.directs.value;
  return html`<${alone ? 'main' : 'aside'} class="hall" aria-label=${say('hall.title')}>
    <${Sign} heading=${alone} />
    <button class="finds" type="button" aria-haspopup="dialog" onClick=${() => app.open('find')}><${Icon} name="search" /><span>${say('hall.find')}</span><kbd dir="ltr">${MAC ? '⌘' : say('key.ctrl')} K</kbd></button>
    <nav class="list" aria-label=${say('hall.rooms')}>
      <h2>${say('hall.rooms')} ${mayServe(role, 'createOpen') && html`<${Opens} app=${app} sheet="create" label=${say('hall.new')} />`}</h2>
      <ul>${app.rooms.rooms.value.map((room) => html`<li key=${room.id}><${Door} app=${app} room=${room} /></li>`)}</ul>
      ${mayServe(role, 'createOpen') && html`<${More} app=${app} sheet="browse">${say('hall.more')}<//>`}
      ${mayServe(role, 'invite') && html`<${More} app=${app} sheet="invite">${say('hall.invite')}<//>`}
      ${(directs.length > 0 || mayServe(role, 'direct')) && html`<h2>${say('hall.people')} ${mayServe(role, 'direct') && html`<${Opens} app=${app} sheet="direct" label=${say('hall.newDirect')} />`}</h2>`}
      <ul>${directs.map((room) => html`<li key=${room.id}><${Door} app=${app} room=${room} /></li>`)}</ul>
      ${mayServe(role, 'listPeople') && html`<${More} app=${app} sheet="people">${say('hall.everybody')}<//>`}
      ${mayServe(role, 'moderate') && html`<${More} app=${app} sheet="order">${say('hall.order')}<//>`}
    </nav>
    <${Self} app=${app} />
  <//>`;
}

/** The name of the house. @param {{heading?: boolean}} props */
export function Sign({ heading }) {
  return html`<div class="sign"><span class="mark" aria-hidden="true"></span><div><${heading ? 'h1' : 'b'}>snug<//><small>${location.hostname}</small></div></div>`;
}

/** Opens a sheet, beside a heading. @param {{app: App, sheet: string, label: string}} props */
function Opens({ app, sheet, label }) {
  return html`<button type="button" aria-label=${label} aria-haspopup="dialog" onClick=${() => app.open(sheet)}><${Icon} name="plus" /></button>`;
}

/** Opens a sheet, below the doors. @param {{app: App, sheet: string, children?: import('../vendor/preact.js').Child}} props */
function More({ app, sheet, children }) {
  return html`<button class="way more" type="button" aria-haspopup="dialog" onClick=${() => app.open(sheet)}><span class="door"></span><span>${children}</span></button>`;
}

/** @param {{app: App, room: Room}} props */
function Door({ app, room }) {
  const unread = room.unread.value;
  // Told of by one word: else every letter that is typed would draw all doors, and there may be a thousand.
  const place = useMemo(() => computed(() => placeOf(app, room)), [room]).value;
  const [here, begun] = [place === 'here', place === 'begun'];
  const archived = room.archived.value;
  const [level, calls] = [room.level.value, room.calls.value];
  const looks = ['way', room.lit.value && 'new', archived && 'shut'].filter(Boolean).join(' ');
  return html`<a class=${looks} href=${roomPlace(room.id)} aria-current=${here ? 'page' : undefined}>
    ${room.kind === 'direct' ? html`<${Faces} room=${room} />` : html`<span class="door"></span>`}<span><bdi>${room.name.value}</bdi></span>
    ${begun ? html`<small>${say('hall.draft')}</small>` : archived && html`<small>${say('hall.archived')}</small>`}
    ${room.kind === 'private' && html`<${Icon} name="lock" /><span class="sr"> ${say('room.private')}</span>`}
    ${level === 'nothing' && html`<${Icon} name="bell-off" />`}
    ${calls > 0 ? html`<span class="n at"><span aria-hidden="true">${room.kind === 'direct' ? '' : '@ '}</span>${count(calls)}<span class="sr"> ${say('hall.calls')}</span></span>` : unread > 0 && level !== 'nothing' && html`<span class="n">${count(unread)}<span class="sr"> ${say('hall.unread')}</span></span>`}
  </a>`;
}

/** Whether one is in there, or has begun to write there. @param {App} app @param {Room} room */
function placeOf(app, room) {
  if (app.rooms.current.value === room) return 'here';
  return app.drafts.get(room.id).trim() === '' ? '' : 'begun';
}

/** The people of a direct room, one of them with a light if somebody is here. @param {{room: Room}} props */
function Faces({ room }) {
  const here = new Map(room.here.value.people.map((person) => [person.id, person]));
  const people = room.people.value.slice(0, FACES_MAX);
  return html`<span class=${people.length > 1 ? 'faces two' : 'faces'}>${people.map((person) => html`<${Arch} key=${person.id} person=${here.get(person.id) ?? person} small on=${here.has(person.id)} />`)}</span>`;
}

/** @param {{app: App}} props */
function Self({ app }) {
  const me = app.session.me.value;
  const { phase } = app.session.link.value;
  if (!me) return null;
  return html`<div class="self"><${Arch} person=${me} on=${phase === 'live'} /><div><span>${me.name}</span><small role="status">${phase in FEELS && say(FEELS[phase])}</small></div>
    <button class="icon" type="button" aria-label=${say('hall.you')} aria-haspopup="dialog" onClick=${() => app.open('you')}><${Icon} name="settings" /></button></div>`;
}
