// The front door where nobody comes in by: one is banned, or nobody has set the house up yet.

import { say } from '../../core/words.js';
import { html } from '../../vendor/preact.js';
import { Gate } from './gate.js';

/** @typedef {import('../../store/door.js').Outside} Outside */

/** @param {{outside: Outside, other: () => void}} props */
export function Shut({ outside, other }) {
  return outside.why === 'banned' ? html`<${Banned} outside=${outside} other=${other} />` : html`<${Empty} />`;
}

/** Nobody has set the house up. */
function Empty() {
  const words = say('door.whoeverStarted', { command: 'snug setup-link' });
  return html`<${Gate} title=${say('door.nobodyLives')} words=${words} />`;
}

/** @param {{outside: Outside, other: () => void}} props */
function Banned({ outside, other }) {
  const words = outside.text || say('door.youAre');
  return html`<${Gate} title=${say('door.thisDoor')} words=${words}>
    <ul class="others">
      ${outside.was && html`<li><button type="button" onClick=${other}>${say('door.signInAs')}</button></li>`}
      <li><button type="button" onClick=${() => location.reload()}>${say('door.knockAgain')}</button></li>
    </ul>
  <//>`;
}
