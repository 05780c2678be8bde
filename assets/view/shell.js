// The whole page: the front door, or the hall and one lit room.

import { say } from '../core/words.js';
import { html } from '../vendor/preact.js';
import { Hall } from './hall.js';
import { Lazy } from './lazy.js';
import { RoomView } from './room.js';
import { Sheets } from './sheets.js';

/** @typedef {import('../app.js').App} App */

const frontDoor = () => import('./lazy/door.js').then((module) => module.FrontDoor);
const notice = () => import('./lazy/notice.js').then((module) => module.Notice);
const lost = () => import('./lazy/lost.js').then((module) => module.Lost);
const welcome = () => import('./lazy/welcome.js').then((module) => module.Welcome);

/** The page. @param {{app: App}} props */
export function Shell({ app }) {
  const ticket = app.ticket.value;
  if (ticket)
    return html`<${Lazy} plain load=${welcome} app=${app} ticket=${ticket} close=${app.dropTicket} key=${ticket.token} />`;
  const outside = app.session.door.outside.value;
  if (outside) return html`<${Lazy} plain load=${frontDoor} app=${app} outside=${outside} close=${() => location.reload()} />`;
  const room = app.rooms.current.value;
  return html`<div class=${app.inHall.value ? 'house hallway' : 'house'}>
    <a class="skip sr" href="#say" onClick=${skip}>${say('room.skip')}</a>
    <${Hall} app=${app} />
    ${room ? html`<${RoomView} app=${app} room=${room} />` : html`<${Dark} app=${app} />`}
    <div class="sr" aria-live="polite" id="announce">${app.timeline.spoken.value.map(({ id, text }) => html`<p key=${id}>${text}</p>`)}</div>
    <div role="status">${isAnythingLost(app) && html`<${Lazy} load=${lost} app=${app} close=${() => app.rooms.mourned()} />`}</div>
    <div role="status">${app.notice.value && html`<${Lazy} load=${notice} app=${app} close=${() => putAside(app)} />`}</div>
    <${Sheets} app=${app} room=${room} />
  </div>`;
}

/** The card goes. @param {App} app */
function putAside(app) {
  app.notice.value = null;
}

/** Whether there is a word to be said about rooms that one is not in any more. @param {App} app */
function isAnythingLost(app) {
  const rooms = app.rooms.list.value;
  const left = app.outbox.box.value.some(({ room, state }) => state !== 'stored' && !rooms.some(({ id }) => id === room));
  return app.rooms.lost.value.length > 0 || (left && app.session.link.value.phase === 'live');
}

/** The address says where one is, so the skip link moves the focus and leaves the address alone. @param {Event} event */
function skip(event) {
  event.preventDefault();
  document.getElementById('say')?.focus();
}

/** No room to show: not yet, or one is in none. @param {{app: App}} props */
function Dark({ app }) {
  const settled = app.session.link.value.phase === 'live';
  return html`<main class="room dark"><p>${say(settled ? 'room.none' : 'hall.opening')}</p></main>`;
}
