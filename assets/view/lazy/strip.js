// What stands around the place to write now and then: what one answers or edits, and how much may still be written.

import { say } from '../../core/words.js';
import { html } from '../../vendor/preact.js';
import { gist, Icon } from '../parts.js';

/** @typedef {import('../../app.js').App} App */
/** @typedef {import('../../store/room.js').Room} Room */

/** At how many characters left on that is said aloud. */
const FEW = [500, 100];

/** What one answers or edits, above the place to write. @param {{app: App, room: Room, edited: boolean, seq: number, close: () => void}} props */
export function Strip({ app, room, edited, seq, close }) {
  const held = room.log.value.entries.find((entry) => entry.seq === seq) ?? app.timeline.quotes.value.get(room.id)?.get(seq);
  const words = edited ? say('composer.editing') : say('composer.answering', { name: held?.by.name ?? '' });
  return html`<p class="strip"><b>${words}</b> <span>${edited ? '' : gist(held?.text ?? '')}</span>
    <button class="icon" type="button" aria-label=${edited ? say('composer.leaveIt') : say('composer.answerNobody')} onClick=${close}><${Icon} name="x" /></button></p>`;
}

/** How much may still be written, once that is little; said aloud at the thresholds only. @param {{text: string, most: number}} props */
export function Left({ text, most }) {
  const left = most - [...text].length;
  const step = FEW.findLast((few) => left <= few);
  return html`<p class="left" aria-hidden="true">${step !== undefined && left >= 0 && say('composer.left', { n: left })}</p><span class="sr">${step !== undefined && left >= 0 && say('composer.left', { n: step })}</span>`;
}
