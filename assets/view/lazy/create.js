// Opening a new room: what it is called, who finds it, and what those see who come later.

import { mayServe } from '../../core/rights.js';
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
    if (!name) throw missing('bad_name', 'The room needs a name.');
    const id = await app.rooms.create({ name, topic: typed['room-topic'].trim(), kind, shows_past: showsPast });
    close();
    app.go(id);
  });
  return html`<${Dialog} title="Open a new room" close=${close}>
    <form onSubmit=${submit} novalidate>
      <${Entry} id="room-name" as="name" label="What is it called?" task=${task} autocomplete="off" autocapitalize="sentences" />
      <${Entry} id="room-topic" label="What is it about? (may stay empty)" autocomplete="off" autocapitalize="sentences" />
      ${
        mayServe(app.session.me.value?.role, 'createPrivate') &&
        html`<fieldset><legend>Who finds it?</legend>
        <${Choice} name="kind" words="Open" hint="Everybody who lives here sees it, and may come in." on=${kind === 'open'} choose=${() => setKind('open')} />
        <${Choice} name="kind" words="Private" hint="Only who is brought in or invited knows that it is there." on=${kind === 'private'} choose=${() => setKind('private')} />
      </fieldset>`
      }
      <${Choice} name="shows-past" box words="Newcomers see what was said before" on=${showsPast} choose=${() => setPast(!showsPast)} />
      <${Trouble} task=${task} />
      <p class="row"><button class="plain" type="button" onClick=${close}>Cancel</button><${Submit} task=${task}>Open the room<//></p>
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
