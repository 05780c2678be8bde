// A new private message: to whom? The room of these people is found again, if there has been one.

import { say } from '../../core/words.js';
import { html, useState } from '../../vendor/preact.js';
import { Dialog } from '../dialog.js';
import { missing, Submit, Trouble, useTask } from './form.js';
import { People } from './people.js';

/** @typedef {import('../../app.js').App} App */
/** @typedef {import('../../core/proto.js').Somebody} Somebody */

/** How many others may be in a direct room. */
const OTHERS_MAX = 7;

/** The sheet. @param {{app: App, close: () => void}} props */
export function NewDirect({ app, close }) {
  const task = useTask();
  const [chosen, setChosen] = useState(/** @type {readonly Somebody[]} */ ([]));
  const has = (/** @type {Somebody} */ person) => chosen.some((one) => one.id === person.id);
  const turn = (/** @type {Somebody} */ person) =>
    setChosen(has(person) ? chosen.filter((one) => one.id !== person.id) : [...chosen, person]);
  const full = chosen.length >= OTHERS_MAX;
  const submit = task.run(async () => {
    if (chosen.length === 0) throw missing('', say('direct.chooseSomebody'));
    const id = await app.rooms.direct(chosen.map((person) => person.id));
    close();
    app.go(id);
  });
  const names = chosen.map((person) => person.name).join(', ');
  return html`<${Dialog} title=${say('direct.aPrivate')} close=${close}>
    <form onSubmit=${submit} novalidate>
      <p class="faint">${say('direct.betweenYou')}</p>
      <${People} app=${app} id="to-whom" autofocus label=${say('direct.toWhom')} first=${chosen}
        act=${(/** @type {Somebody} */ person) => html`<input type="checkbox" aria-label=${person.name} checked=${has(person)} disabled=${full && !has(person)} onChange=${() => turn(person)} />`} />
      <p class="faint" role="status">${names && say(full ? 'direct.toFull' : 'direct.to', { names })}</p>
      <${Trouble} task=${task} />
      <p class="row stay"><button class="plain" type="button" onClick=${close}>${say('day.cancel')}</button><${Submit} task=${task}>${say('direct.begin')}<//></p>
    </form>
  <//>`;
}
