// Opening a new room: what it is called, who finds it, and what those see who come later.

import { mayServe } from '../../core/rights.js';
import { say } from '../../core/words.js';
import { html, useState } from '../../vendor/preact.js';
import { Dialog } from '../dialog.js';

import { Entry, missing, Submit, Trouble, useTask } from './form.js';

/** @typedef {import('../../app.js').App} App */

/** The sheet. @param {{app: App, close: () => void}} props */
export function NewRoom({ app, close }) {
  const task = useTask('room-name-trouble');
  const [kind, setKind] = useState(/** @type {'open' | 'private'} */ ('open'));
  const [past, setPast] = useState(/** @type {boolean | null} */ (null));
  const showsPast = past ?? kind === 'open';
  const submit = task.run(async (typed) => {
    const name = typed['room-name'].trim();
    if (!name) throw missing('bad_name', say('create.theRoom'));
    const id = await app.rooms.create({ name, topic: typed['room-topic'].trim(), kind, shows_past: showsPast });
    close();
    app.go(id);
  });
  return html`<${Dialog} title=${say('browse.openA')} close=${close}>
    <form onSubmit=${submit} novalidate>
      <${Entry} id="room-name" as="name" autofocus label=${say('bots.whatIs')} task=${task} autocomplete="off" autocapitalize="sentences" />
      <${Entry} id="room-topic" label=${say('create.whatIs')} autocomplete="off" autocapitalize="sentences" />
      ${
        mayServe(app.session.me.value?.role, 'createPrivate') &&
        html`<fieldset><legend>${say('create.whoFinds')}</legend>
        <${Choice} name="kind" words=${say('create.open')} hint=${say('create.everybodyWho')} on=${kind === 'open'} choose=${() => setKind('open')} />
        <${Choice} name="kind" words=${say('create.private')} hint=${say('create.onlyWho')} on=${kind === 'private'} choose=${() => setKind('private')} />
      </fieldset>`
      }
      <${Choice} name="shows-past" box words=${say('create.newcomersSee')} on=${showsPast} choose=${() => setPast(!showsPast)} />
      <${Trouble} task=${task} />
      <p class="row"><button class="plain" type="button" onClick=${close}>${say('day.cancel')}</button><${Submit} task=${task}>${say('create.openThe')}<//></p>
    </form>
  <//>`;
}

/**
 * One of several, or with `box` a yes or no.
 * @param {{name: string, words: string, hint?: string, on: boolean, box?: boolean, choose: () => void}} props
 */
export function Choice({ name, words, hint, on, box, choose }) {
  return html`<label class="choice"><input type=${box ? 'checkbox' : 'radio'} name=${name} checked=${on} onChange=${choose} /><span>${words}${hint && html`<small>${hint}</small>`}</span></label>`;
}
