// Which emoji: a row of usual ones beside the message.

import { say } from '../../core/words.js';
import { html, useState } from '../../vendor/preact.js';
import { Icon } from '../parts.js';
import { Emoji } from './emoji.js';
import { Popover } from './popover.js';

/** What most people want. */
const USUAL = ['👍', '❤️', '😂', '🎉', '😮', '🙏'];

/** @param {{app: import('../../app.js').App, close: () => void}} props */
export function Reactions({ app, close }) {
  const [chosen] = useState(app.chosen.peek());
  const [all, setAll] = useState(false);
  if (!chosen) return null;
  const pick = (/** @type {string} */ emoji) => {
    close();
    app.react(chosen.room.id, chosen.row, emoji);
  };
  if (all) return html`<${Emoji} place=${chosen.place} pick=${pick} close=${close} />`;
  return html`<${Popover} place=${chosen.place} label=${say('reactions.title')} close=${close} class="reacts">
    <ul>${USUAL.map((emoji) => html`<li key=${emoji}><button type="button" aria-label=${emoji} onClick=${() => pick(emoji)}>${emoji}</button></li>`)}<li><button type="button" aria-label=${say('reactions.more')} onClick=${() => setAll(true)}><${Icon} name="plus" /></button></li></ul>
  <//>`;
}
