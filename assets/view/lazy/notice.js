// A quiet card: somebody calls from another room.

import { roomPlace } from '../../core/place.js';
import { say } from '../../core/words.js';
import { html } from '../../vendor/preact.js';
import { Arch, gist, Icon } from '../parts.js';

/** @param {{app: import('../../app.js').App, close: () => void}} props */
export function Notice({ app, close }) {
  const notice = app.notice.value;
  if (!notice) return null;
  const { room, entry } = notice;
  const hold = () => void app.attention().then((attention) => attention.hold());
  const linger = () => void app.attention().then((attention) => attention.linger());
  const key = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    close();
  };
  const where = room.kind === 'direct' ? '' : ` · ${room.name.value}`;
  return html`<div class="parted card" onPointerEnter=${hold} onPointerLeave=${linger} onFocusIn=${hold} onFocusOut=${linger} onKeyDown=${key}>
    <a href=${roomPlace(room.id, entry.seq)} onClick=${close}><${Arch} person=${entry.by} small /><span><b>${entry.by.name}${where}</b><small dir="auto">${gist(entry.text ?? '') || say('notice.file')}</small></span></a>
    <button class="icon" type="button" aria-label=${say('notice.aside')} onClick=${close}><${Icon} name="x" /></button>
  </div>`;
}
