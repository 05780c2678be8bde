// The hallway: the sign, the doors, and oneself.

import { count } from '../core/names.js';
import { roomPlace } from '../core/place.js';
import { mayServe } from '../core/rights.js';
import { say } from '../core/words.js';
import { html } from '../vendor/preact.js';
import { Arch, Icon } from './parts.js';

/** @typedef {import('../app.js').App} App */
/** @typedef {import('../store/rooms.js').Room} Room */

export const MAC = /Mac|iPhone|iPad/.test(navigator.platform);

/** How many faces stand before the name of a direct room. */
const FACES_MAX = 2;

/** How the link feels, in one's own corner. @type {Record<string, string>} */
const FEELS = {
  live: 'Here, quietly',
  opening: 'Coming in…',
  syncing: 'Coming in…',
  waiting: 'Looking for the way back…',
  offline: 'No network',
};

/** The list of rooms: beside the room, or, where there is place for one thing only, a page of its own. @param {{app: App}} props */
export function Hall({ app }) {
  const alone = app.narrow.value && app.inHall.value;
  const role = app.session.me.value?.role;
  const directs = app.rooms.directs.value;
  return html`<${alone ? 'main' : 'aside'} class="hall" aria-label="Hall">
    <${Sign} heading=${alone} />
    <button class="finds" type="button" aria-haspopup="dialog" onClick=${() => app.open('find')}><${Icon} name="search" /><span>${say('hall.find')}</span><kbd>${MAC ? '⌘ K' : 'Ctrl K'}</kbd></button>
    <nav class="list" aria-label="Rooms">
      <h2>Rooms ${mayServe(role, 'createOpen') && html`<${Opens} app=${app} sheet="create" label="New room" />`}</h2>
      <ul>${app.rooms.rooms.value.map((room) => html`<li key=${room.id}><${Door} app=${app} room=${room} /></li>`)}</ul>
      ${mayServe(role, 'createOpen') && html`<${More} app=${app} sheet="browse">More rooms<//>`}
      ${mayServe(role, 'invite') && html`<${More} app=${app} sheet="invite">Invite somebody<//>`}
      ${(directs.length > 0 || mayServe(role, 'direct')) && html`<h2>People ${mayServe(role, 'direct') && html`<${Opens} app=${app} sheet="direct" label="New private message" />`}</h2>`}
      <ul>${directs.map((room) => html`<li key=${room.id}><${Door} app=${app} room=${room} /></li>`)}</ul>
      ${mayServe(role, 'listPeople') && html`<${More} app=${app} sheet="people">Everybody<//>`}
      ${mayServe(role, 'moderate') && html`<${More} app=${app} sheet="order">Keeping order<//>`}
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
  const here = app.rooms.current.value === room;
  const begun = !here && app.drafts.get(room.id).trim() !== '';
  const archived = room.archived.value;
  const [level, calls] = [room.level.value, room.calls.value];
  const looks = ['way', room.lit.value && 'new', archived && 'shut'].filter(Boolean).join(' ');
  return html`<a class=${looks} href=${roomPlace(room.id)} aria-current=${here ? 'page' : undefined}>
    ${room.kind === 'direct' ? html`<${Faces} room=${room} />` : html`<span class="door"></span>`}<span>${room.name.value}</span>
    ${begun ? html`<small>draft</small>` : archived && html`<small>archived</small>`}
    ${room.kind === 'private' && html`<${Icon} name="lock" /><span class="sr"> private</span>`}
    ${level === 'nothing' && html`<${Icon} name="bell-off" />`}
    ${calls > 0 ? html`<span class="n at"><span aria-hidden="true">${room.kind === 'direct' ? '' : '@ '}</span>${count(calls)}<span class="sr"> unread for you</span></span>` : unread > 0 && level !== 'nothing' && html`<span class="n">${count(unread)}<span class="sr"> unread</span></span>`}
  </a>`;
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
  return html`<div class="self"><${Arch} person=${me} on=${phase === 'live'} /><div><span>${me.name}</span><small role="status">${FEELS[phase] ?? ''}</small></div>
    <button class="icon" type="button" aria-label="You" aria-haspopup="dialog" onClick=${() => app.open('you')}><${Icon} name="settings" /></button></div>`;
}
