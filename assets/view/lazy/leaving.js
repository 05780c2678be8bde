// The ways out: taking along what one wrote, signing out, and leaving for good.

import { html, useState } from '../../vendor/preact.js';
import { Fold } from './fold.js';
import { missing, Password, Submit, Trouble, useTask } from './form.js';

/** @typedef {import('../../store/account.js').OwnAccount} OwnAccount */
/** @typedef {{app: import('../../app.js').App, own: OwnAccount, me: import('../../core/proto.js').Account}} Props */

/** Everything that ends something. @param {Props} props */
export function Leaving({ app, own, me }) {
  return html`<${Fold} title="What you wrote"><${Export} own=${own} /><//>
    <${Fold} title=${me.account ? 'Delete your account' : 'Leave for good'}><${Delete} own=${own} me=${me} /><//>
    <${SignOut} app=${app} own=${own} me=${me} />`;
}

/** @param {{own: OwnAccount}} props */
function Export({ own }) {
  const task = useTask('export-trouble');
  const save = task.run(async () => {
    const text = JSON.stringify(await own.everything(), null, 2);
    const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    const link = Object.assign(document.createElement('a'), { href: url, download: 'snug-export.json' });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }, 'It is in your downloads.');
  return html`<form onSubmit=${save}>
    <p class="faint">All that the server has of you, in one file: your account, your sessions, your rooms, and every message you wrote.</p>
    <${Trouble} task=${task} />
    <p class="row"><${Submit} task=${task}>${task.busy ? 'Gathering…' : 'Download it'}<//></p>
  </form>`;
}

/** Asked twice. @param {{own: OwnAccount, me: Props['me']}} props */
function Delete({ own, me }) {
  const task = useTask('delete-trouble');
  const [sure, setSure] = useState(false);
  const remove = task.run(async ({ 'delete-password': password = '' }) => {
    if (me.account && !password) throw missing('wrong_credentials', 'Your password is needed, so that nobody else can do this.');
    await own.remove(password);
  });
  if (!sure)
    return html`<p class="faint">You leave every room, and nobody can sign in as you again. What you wrote stays, under “Someone who left”.</p>
      <p class="row"><button class="plain" type="button" onClick=${() => setSure(true)}>I want to leave for good</button></p>`;
  return html`<form onSubmit=${remove} novalidate>
    <p class="faint">This cannot be undone.</p>
    ${me.account && html`<${Password} id="delete-password" label="Your password, to be sure" task=${task} />`}
    <${Trouble} task=${task} />
    <p class="row"><button class="plain" type="button" onClick=${() => setSure(false)}>No, I stay</button><${Submit} task=${task} grave>Delete me<//></p>
  </form>`;
}

/** @param {Props} props */
function SignOut({ app, own, me }) {
  const task = useTask('out-trouble');
  const waiting = app.outbox.box.value.filter((letter) => letter.state !== 'stored').length;
  const words = !me.account
    ? `You have no password: nobody can come back as ${me.name}.`
    : waiting > 0
      ? 'Not everything has gone out yet. What waits, waits here until you sign in again.'
      : 'What you have begun to write waits here.';
  return html`<form onSubmit=${task.run(() => own.signOut())}>
    <${Trouble} task=${task} />
    <p class="row end"><span class="faint">${words}</span><button class="plain" aria-disabled=${task.busy ? 'true' : undefined}>Sign out</button></p>
  </form>`;
}
