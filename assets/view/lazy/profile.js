// Who somebody is: what they are here, where they are, and the rooms that one shares with them.

import { roomPlace } from '../../core/place.js';
import { mayServe } from '../../core/rights.js';
import { say } from '../../core/words.js';
import { html, useEffect, useState } from '../../vendor/preact.js';
import { Dialog } from '../dialog.js';
import { Arch } from '../parts.js';
import { useAttempt, writeTo } from './attempt.js';
import { canBeWritten, inWords } from './everybody.js';

/** @typedef {import('../../store/keeping.js').Known & {rooms: readonly {id: number, name: string}[]}} Profile */

/** @param {{app: import('../../app.js').App, close: () => void}} props */
export function ProfileSheet({ app, close }) {
  const [person] = useState(app.chosen.peek()?.row.by);
  const [found, setFound] = useState(/** @type {Profile | null} */ (null));
  const { attempt, told } = useAttempt();
  const me = app.session.me.value;
  useEffect(() => void attempt(async () => setFound(await app.session.ask('profile', { user: person?.id }))), []);
  if (!person) return null;
  const self = person.id === me?.id;
  const write = () => attempt(() => writeTo(app, person.id, close));
  return html`<${Dialog} title=${found?.name ?? person.name} close=${close}>
    <div class="me-now"><${Arch} person=${person} on=${found?.here} /><small>${found ? inWords(found, Date.now(), me?.id) : say('everybody.lookingAround')}</small></div>
    ${told}
    ${found && html`<h3>${say(self ? 'hall.rooms' : 'profile.rooms')}</h3>${found.rooms.length > 0 ? html`<ul class="crowd">${found.rooms.map(({ id, name }) => html`<li key=${id}><a href=${roomPlace(id)} onClick=${close}><bdi>${name}</bdi></a></li>`)}</ul>` : html`<p class="faint">${say('profile.alone')}</p>`}`}
    ${self && html`<p class="row"><button class="plain" type="button" onClick=${() => app.open('you')}>${say('face.title')}…</button></p>`}
    ${found && canBeWritten(found, me?.id) && mayServe(me?.role, 'direct') && html`<p class="row"><button class="enter" type="button" onClick=${write}>${say('everybody.writeTo', { name: found.name })}</button></p>`}
  <//>`;
}
