// The lit room: its name, who is here, the log, and the place to write.

import { firstSeq } from '../core/log.js';
import { count, writing } from '../core/names.js';
import { HALL } from '../core/place.js';
import { say } from '../core/words.js';
import { html, useState } from '../vendor/preact.js';
import { Composer } from './composer.js';
import { Arch, Icon } from './parts.js';
import { Timeline } from './timeline.js';

/** @typedef {import('../app.js').App} App */
/** @typedef {import('../store/room.js').Room} Room */

/** How many people stand in the head of the room; the others are counted. */
const ARCHES_MAX = 4;

/** The room one is in. @param {{app: App, room: Room}} props */
export function RoomView({ app, room }) {
  const [over, setOver] = useState(false);
  const brings = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes('Files') && !room.archived.peek();
  const drag = (/** @type {DragEvent} */ event) => {
    if (!brings(event)) return;
    event.preventDefault();
    setOver(event.type === 'dragover');
  };
  const drop = (/** @type {DragEvent} */ event) => {
    if (!brings(event)) return;
    event.preventDefault();
    setOver(false);
    void app.attach(room.id, [...(event.dataTransfer?.files ?? [])]);
  };
  return html`<main class=${over ? 'room over' : 'room'} onDragOver=${drag} onDragLeave=${drag} onDrop=${drop}>
    <${Head} app=${app} room=${room} />
    <${ToNew} app=${app} room=${room} />
    <${Timeline} app=${app} room=${room} key=${`log-${room.id}`} />
    <footer class="foot">
      <${Pill} app=${app} room=${room} />
      <${Busy} app=${app} room=${room} />
      <${Composer} app=${app} room=${room} key=${`say-${room.id}`} />
    </footer>
  </main>`;
}

/** @param {{app: App, room: Room}} props */
function Head({ app, room }) {
  const elsewhere = app.rooms.unread.value - (room.lit.value ? room.unread.value : 0);
  const rooms = elsewhere > 0 ? say('hall.roomsUnread', { n: elsewhere }) : say('hall.rooms');
  return html`<header class="top">
    <a class="icon back" href=${HALL} aria-label=${rooms}><${Icon} name="arrow-left" />${elsewhere > 0 && html`<span class="n at" aria-hidden="true">${count(elsewhere)}</span>`}</a>
    <div class="name"><h1><bdi>${room.name.value}</bdi>${room.kind === 'private' && html` <${Icon} name="lock" /><span class="sr">${say('room.private')}</span>`}</h1><p><bdi>${[room.archived.value && say('room.archived'), room.topic.value].filter(Boolean).join(' ')}</bdi></p></div>
    <${Here} app=${app} room=${room} />
    <button class="icon" type="button" aria-label=${say('room.level')} aria-haspopup="dialog" onClick=${() => app.open('level')}>${room.level.value === 'nothing' ? html`<${Icon} name="bell-off" />` : html`<${Icon} name="bell" />`}</button>
    <button class="icon" type="button" aria-label=${say('room.find')} aria-haspopup="dialog" onClick=${() => app.open('findHere')}><${Icon} name="search" /></button>
    <button class="icon" type="button" aria-label=${say('room.about')} aria-haspopup="dialog" onClick=${() => app.open('about')}><${Icon} name="ellipsis" /></button>
  </header>`;
}

/** @param {{app: App, room: Room}} props */
function Here({ app, room }) {
  const { count: all, people } = room.here.value;
  const others = people.filter((person) => person.id !== app.session.me.value?.id).slice(0, ARCHES_MAX);
  if (all === 0) return null;
  return html`<div class="here">${others.map((person) => html`<${Arch} person=${person} small key=${person.id} />`)}<span>${say('room.here', { n: all })}</span></div>`;
}

/** The way to the first message that was unread, where that lies further up than the page reaches. @param {{app: App, room: Room}} props */
function ToNew({ app, room }) {
  const fresh = room.fresh.value;
  const log = room.log.value;
  if (fresh === null || log.entries.length === 0 || fresh + 1 >= firstSeq(log)) return null;
  return html`<div class="above"><button class="down" type="button" onClick=${() => app.jump(room.id, fresh + 1)}><${Icon} name="arrow-up" />${say('room.firstNew')}</button></div>`;
}

/** @param {{app: App, room: Room}} props */
function Pill({ app, room }) {
  const below = room.below.value;
  if (below === 0 && app.reading.atEnd.value) return null;
  const words = below > 0 ? say('room.below', { n: below, count: count(below) }) : say('room.latest');
  return html`<button class=${below > 0 ? 'down' : 'down still'} type="button" onClick=${app.toLatest}><${Icon} name="arrow-down" />${words}</button>`;
}

/** Who is writing; and when the link is gone, that it is. @param {{app: App, room: Room}} props */
function Busy({ app, room }) {
  const { phase } = app.session.link.value;
  if (phase === 'waiting' || phase === 'offline')
    return html`<p class="busy gone"><${Icon} name="wifi-off" /> ${away(phase)} <button type="button" onClick=${() => app.session.tell({ type: 'online' })}>${say('room.tryNow')}</button></p>`;
  if (app.word.value) return html`<p class="busy gone" role="status">${app.word.value}</p>`;
  const me = app.session.me.value?.id;
  const words = writing(room.writers.value.filter((person) => person.id !== me).map((person) => person.name));
  if (!words && app.session.newer.value)
    return html`<p class="busy gone" role="status">${say('room.newer')} <button type="button" onClick=${() => location.reload()}>${say('room.load')}</button></p>`;
  return html`<p class="busy">${words && html`<i></i><i></i><i></i> ${words}`}</p>`;
}

/** @param {'waiting' | 'offline'} phase */
function away(phase) {
  return say(phase === 'offline' ? 'room.offline' : 'room.away');
}
