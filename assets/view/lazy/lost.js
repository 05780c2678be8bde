// A quiet word about rooms that one is not in any more, with whatever was written for them and did not go out.

import { list } from '../../core/names.js';
import { html, useState } from '../../vendor/preact.js';
import { Icon } from '../parts.js';
import { wear } from './looks.js';

wear(`.parted{position:fixed;z-index:3;top:max(var(--s4),env(safe-area-inset-top));left:50%;translate:-50%;display:flex;flex-wrap:wrap;align-items:center;gap:var(--s2);width:min(30rem,100% - 2rem);padding:var(--s2) var(--s2) var(--s2) var(--s4);border:1px solid var(--line);border-radius:var(--r3);background:var(--raise);box-shadow:0 12px 32px -12px var(--shade);
 p{flex:1;min-width:0;overflow-wrap:anywhere}
 textarea{flex:1 0 100%;background:var(--sunk);border-radius:var(--r1);max-height:10rem}
 .plain{margin-left:auto}}`);

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
      <p>${names.length > 0 && `You are not in ${list(names)} any more. `}${shown && `This did not go out to ${list([...new Set(left.map(({ to }) => to))])}. Copy what you want to keep:`}</p>
      <button class="icon" type="button" aria-label="Put this word aside" onClick=${close}><${Icon} name="x" /></button>
      ${shown && html`<textarea readonly rows="2" aria-label="What did not go out" value=${words}></textarea><button class="plain" type="button" onClick=${letGo}>Let it go</button>`}
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
    return { room, text, key, to: lost.get(room) ?? 'a room that you are not in' };
  });
}
