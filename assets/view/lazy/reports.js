// What people have shown to the moderators.

import { clock, dayTitle } from '../../core/time.js';
import { say } from '../../core/words.js';
import { html, useRef } from '../../vendor/preact.js';

import { usePages } from './pages.js';

/** @typedef {import('../../store/keeping.js').Report} ReportLine */

/** @param {{app: import('../../app.js').App, keeping: import('../../store/keeping.js').Keeping, close: () => void}} props */
export function Reports({ app, keeping, close }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const { all, end, again } = usePages(async (before) => {
    const { reports, more } = await keeping.reports(before);
    return { found: reports, more };
  });
  const turn = async (/** @type {ReportLine} */ one) => {
    await again(() => keeping.handle(one.id, !one.handled));
    place.current?.focus();
  };
  const go = (/** @type {number} */ room) => {
    close();
    app.go(room);
  };
  const waiting = all?.filter((one) => !one.handled) ?? [];
  const handled = all?.filter((one) => one.handled) ?? [];
  const show = (/** @type {ReportLine} */ one) =>
    html`<${One} key=${one.id} one=${one} turn=${turn} go=${app.rooms.get(one.room.id) ? go : null} />`;
  return html`<h3 class="at-top" tabindex="-1" ref=${place}>${say('reports.reported')}</h3>
    ${all && waiting.length === 0 && html`<p class="faint">${say('reports.nothingWaits')}</p>`}
    <ul class="reports">${waiting.map(show)}</ul>
    ${handled.length > 0 && html`<h3>${say('reports.dealtWith')}</h3><ul class="reports">${handled.map(show)}</ul>`}
    ${end}`;
}

/** @param {{one: ReportLine, turn: (one: ReportLine) => void, go: ((room: number) => void) | null}} props */
function One({ one, turn, go }) {
  const { author, by, room, text, reason, created_at: at, handled } = one;
  return html`<li><p><b>${author.name}</b> <small>${room.name ? say('audit.inRoom', { room: room.name }) : say('reports.inA')}</small></p>
    <blockquote class="quote" tabindex="0">${text ?? html`<em>${say('reports.removedSince')}</em>`}</blockquote>
    <p class="faint">${by.name}: ${reason} <small>· ${dayTitle(at, Date.now())}, ${clock(at)}</small></p>
    <p class="row">${go && html`<button class="plain" type="button" onClick=${() => go(room.id)}>${say('day.go')}<span class="sr">: ${room.name || say('reports.thePrivate')}</span></button>`}
      <button class="plain" type="button" onClick=${() => turn(one)}>${handled ? say('reports.notYet') : say('reports.dealtWith')}<span class="sr">${say('reports.theReport', { by: by.name, name: author.name })}</span></button></p></li>`;
}
