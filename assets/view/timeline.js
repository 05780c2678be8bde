// The log of the room one is in: rows, and the care that nothing moves under one's eyes.

import { endsAtCursor, firstSeq } from '../core/log.js';
import { dayOf } from '../core/time.js';
import { say } from '../core/words.js';
import { html, useEffect, useLayoutEffect, useRef } from '../vendor/preact.js';
import { hold, isAtEnd, settle, showMessage, showNew } from './anchor.js';
import { LogRow } from './message.js';
import { useWays } from './more.js';

/** @typedef {import('../app.js').App} App */
/** @typedef {import('./anchor.js').Held} Held */
/** @typedef {import('../store/room.js').Room} Room */

/** How near an end of the window the next page is fetched, in screens. */
const AHEAD_SCREENS = 1.5;

const NOBODY = { id: 0, name: '' };

/** The log. @param {{app: App, room: Room}} props */
export function Timeline({ app, room }) {
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  const place = useRef({
    room: 0,
    jumps: 0,

    atEnd: true,
    held: /** @type {readonly Held[]} */ ([]),
  });
  const rows = app.timeline.rows.value;
  app.timeline.lacks.value;
  const jumps = app.timeline.jumps.value;
  const aim = app.timeline.aim.value;
  const { phase } = app.session.link.value;
  const held = element.current ? hold(element.current) : [];

  const look = () => {
    const log = element.current;
    if (!log || log.clientHeight === 0) {
      app.reading.endOf.value = 0;
      return;
    }
    place.current.atEnd = isAtEnd(log);
    place.current.held = hold(log);
    app.reading.endOf.value = place.current.atEnd && endsAtCursor(room.log.peek()) ? room.id : 0;
    const ahead = log.clientHeight * AHEAD_SCREENS;
    if (log.scrollTop < ahead) app.timeline.older();
    if (log.scrollHeight - log.scrollTop - log.clientHeight < ahead) app.timeline.newer();
  };

  useLayoutEffect(() => {
    const log = element.current;
    if (!log || rows.length === 0) return undefined;
    if (app.timeline.aimed !== aim.times && aim.room === room.id && showMessage(log, aim.seq)) app.timeline.aimed = aim.times;
    else if (place.current.room !== room.id) showNew(log);
    else if (place.current.jumps !== jumps || (place.current.atEnd && app.reading.atEnd.peek())) log.scrollTop = log.scrollHeight;
    else settle(log, held);
    place.current.room = room.id;
    place.current.jumps = jumps;
    look();
    return undefined;
  });

  useEffect(() => {
    const log = element.current;
    if (!log) return undefined;
    const resized = new ResizeObserver(() => {
      if (place.current.atEnd && app.reading.atEnd.peek()) log.scrollTop = log.scrollHeight;
      else settle(log, place.current.held);
      look();
    });
    resized.observe(log);
    return () => resized.disconnect();
  }, [room]);

  const me = app.session.me.value ?? NOBODY;
  const names = app.timeline.names.value;
  const today = dayOf(Date.now());
  const note = noteFor(phase, app.outbox.paused.value, app.outbox.resting.value.has(room.id));
  const { ways, stop, listeners } = useWays(app, room, rows);
  return html`<div class="log" role="log" aria-live="off" aria-label=${say('room.log', { room: room.name.value })} tabindex="0" ref=${element} onScroll=${look} ...${listeners}>
    <ol>
      ${rows.length > 0 && html`<${Top} key="top" room=${room} live=${phase === 'live'} />`}
      ${rows.map((row) => html`<${LogRow} key=${row.id} row=${row} me=${me} names=${names} note=${note} today=${today} ways=${ways} stop=${row.id === stop} />`)}
    </ol>
  </div>`;
}

/** What stands above the first row. @param {{room: Room, live: boolean}} props */
function Top({ room, live }) {
  if (firstSeq(room.log.value) <= room.since)
    return html`<li class="begin"><span class="mark" aria-hidden="true"></span>${beginning(room)}</li>`;
  return html`<li class="begin">${say(live ? 'room.further' : 'room.furtherAway')}</li>`;
}

/** What is to be said of the first entry that one may see. @param {Room} room */
function beginning(room) {
  if (room.since > 1) return say('room.cameIn');
  return room.kind === 'direct' ? say('room.between', { names: room.name.value }) : say('room.begins', { room: room.name.value });
}

/** Why a message waits; nothing while it is on its way. @param {string} phase @param {boolean} paused @param {boolean} resting */
function noteFor(phase, paused, resting) {
  if (phase !== 'live') return say('message.waitsNetwork');
  if (resting) return say('message.waitsRoom');
  return paused ? say('message.waitsServer') : '';
}
