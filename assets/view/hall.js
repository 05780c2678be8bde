// The hallway: the sign, the doors, and oneself.

import { count } from '../core/names.js';
import { roomPlace } from '../core/place.js';
import { html } from '../vendor/preact.js';
import { Arch, Icon } from './parts.js';

/** @typedef {import('../app.js').App} App */
/** @typedef {import('../store/rooms.js').Room} Room */

/** Whether one may make links that let somebody in. @param {import('../core/proto.js').Role | undefined} role */
const mayInvite = (role) => role === 'member' || role === 'moderator' || role === 'owner';

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
  return html`<${alone ? 'main' : 'aside'} class="hall" aria-label="Hall">
    <${Sign} heading=${alone} />
    <nav class="list" aria-label="Rooms">
      <h2>Rooms <button type="button" aria-label="New room" aria-haspopup="dialog" onClick=${() => app.open('create')}><${Icon} name="plus" /></button></h2>
      <ul>${app.rooms.list.value.map((room) => html`<li key=${room.id}><${Door} app=${app} room=${room} /></li>`)}</ul>
      <button class="way more" type="button" aria-haspopup="dialog" onClick=${() => app.open('browse')}><span class="door"></span><span>More rooms</span></button>
      ${mayInvite(app.session.me.value?.role) && html`<button class="way more" type="button" aria-haspopup="dialog" onClick=${() => app.open('invite')}><span class="door"></span><span>Invite somebody</span></button>`}
    </nav>
    <${Self} app=${app} />
  <//>`;
}

/** The name of the house. @param {{heading?: boolean}} props */
export function Sign({ heading }) {
  return html`<div class="sign"><span class="mark" aria-hidden="true"></span><div><${heading ? 'h1' : 'b'}>snug<//><small>${location.hostname}</small></div></div>`;
}

/** @param {{app: App, room: Room}} props */
function Door({ app, room }) {
  const unread = room.unread.value;
  const here = app.rooms.current.value === room;
  const begun = !here && app.drafts.get(room.id).trim() !== '';
  return html`<a class=${unread > 0 ? 'way new' : 'way'} href=${roomPlace(room.id)} aria-current=${here ? 'page' : undefined}>
    <span class="door"></span><span>${room.name.value}</span>
    ${begun && html`<small>draft</small>`}
    ${unread > 0 && html`<span class="n">${count(unread)}<span class="sr"> unread</span></span>`}
  </a>`;
}

/** @param {{app: App}} props */
function Self({ app }) {
  const me = app.session.me.value;
  const { phase } = app.session.link.value;
  if (!me) return null;
  return html`<div class="self"><${Arch} person=${me} on=${phase === 'live'} /><div><span>${me.name}</span><small role="status">${FEELS[phase] ?? ''}</small></div>
    <button class="icon" type="button" aria-label="You" aria-haspopup="dialog" onClick=${() => app.open('you')}><${Icon} name="settings" /></button></div>`;
}
