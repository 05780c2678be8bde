// The whole page: the front door, or the hall and one lit room.

import { html } from '../vendor/preact.js';
import { FrontDoor } from './door.js';
import { Hall } from './hall.js';
import { Lazy } from './lazy.js';
import { Lost } from './lost.js';
import { RoomView } from './room.js';
import { Sheets } from './sheets.js';

/** @typedef {import('../app.js').App} App */

const welcome = () => import('./lazy/welcome.js').then((module) => module.Welcome);

/** The page. @param {{app: App}} props */
export function Shell({ app }) {
  const ticket = app.ticket.value;
  if (ticket) return html`<${Lazy} load=${welcome} app=${app} ticket=${ticket} close=${app.dropTicket} key=${ticket.token} />`;
  const outside = app.session.door.outside.value;
  if (outside) return html`<${FrontDoor} app=${app} outside=${outside} />`;
  const room = app.rooms.current.value;
  return html`<div class=${app.inHall.value ? 'house hallway' : 'house'}>
    <a class="skip sr" href="#say" onClick=${skip}>Skip to the message box</a>
    <${Hall} app=${app} />
    ${room ? html`<${RoomView} app=${app} room=${room} />` : html`<${Dark} app=${app} />`}
    <div class="sr" aria-live="polite" id="announce">${app.timeline.spoken.value.map(({ id, text }) => html`<p key=${id}>${text}</p>`)}</div>
    <${Lost} app=${app} />
    <${Sheets} app=${app} room=${room} />
  </div>`;
}

/** The address says where one is, so the skip link moves the focus and leaves the address alone. @param {Event} event */
function skip(event) {
  event.preventDefault();
  document.getElementById('say')?.focus();
}

/** No room to show: not yet, or one is in none. @param {{app: App}} props */
function Dark({ app }) {
  const settled = app.session.link.value.phase === 'live';
  return html`<main class="room dark"><p>${settled ? 'You are in no room. There are more down the hall.' : 'Coming in…'}</p></main>`;
}
