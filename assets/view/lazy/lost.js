// A quiet word about rooms that one is not in any more, with whatever was written for them and did not go out.

import { list } from '../../core/names.js';
import { say } from '../../core/words.js';
import { html, useState } from '../../vendor/preact.js';
import { Icon } from '../parts.js';

/** @typedef {import('../../app.js').App} App */

/** The word, if there is one to be said. @param {{app: App}} props */
export function Lost({ app }) {
  const { lost } = app.rooms;
  const left = unsent(app);
  const [later, setLater] = useState('');
  const words = left.map(({ text }) => text).join('\n\n');
  const names = lost.value.filter(({ willing }) => !willing).map(({ name }) => name);
  const close = () => {
    setLater(words);
    app.rooms.mourned();
    app.rest(!app.coarse());
  };
  const letGo = () => {
    for (const { room, key } of left) {
      if (key) app.outbox.takeBack(key);
      else app.drafts.set(room, '');
    }
    close();
  };
  const shown = words !== '' && words !== later;
  if (names.length === 0 && !shown) return null;
  return html`<div class="parted">
      <p>${names.length > 0 && `${say('lost.youAre', { rooms: list(names) })} `}${shown && say('lost.thisDid', { rooms: list([...new Set(left.map(({ to }) => to))]) })}</p>
      <button class="icon" type="button" aria-label=${say('lost.putThis')} onClick=${close}><${Icon} name="x" /></button>
      ${shown && html`<textarea readonly rows="2" aria-label=${say('lost.whatDid')} value=${words}></textarea><button class="plain" type="button" onClick=${letGo}>${say('lost.letIt')}</button>`}
    </div>`;
}

/** What was written for rooms that one is not in: letters, and what had been begun. @param {App} app */
function unsent(app) {
  if (app.session.link.value.phase !== 'live') return [];
  const rooms = app.rooms.list.value;
  const lost = new Map(app.rooms.lost.value.map(({ id, name }) => [id, name]));
  const letters = app.outbox.box.value.filter(({ room, state }) => state !== 'stored' && !rooms.some(({ id }) => id === room));
  const begun = [...lost.keys()].map((room) => ({ room, text: app.drafts.get(room), key: '' }));
  return [...letters, ...begun.filter(({ text }) => text.trim())].map(({ room, text, key }) => {
    return { room, text, key, to: lost.get(room) ?? say('lost.aRoom') };
  });
}
