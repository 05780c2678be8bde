// The ways out: taking along what one wrote, signing out, and leaving for good.

import { say } from '../../core/words.js';
import { html, useState } from '../../vendor/preact.js';
import { Fold } from './fold.js';
import { missing, Password, Submit, Trouble, useTask } from './form.js';

/** @typedef {import('../../store/account.js').OwnAccount} OwnAccount */
/** @typedef {{app: import('../../app.js').App, own: OwnAccount, me: import('../../core/proto.js').Account}} Props */

/** Everything that ends something. @param {Props} props */
export function Leaving({ app, own, me }) {
  return html`<${Fold} title=${say('leaving.whatYou')}><${Export} own=${own} /><//>
    <${Fold} title=${me.account ? say('leaving.deleteYour') : say('leaving.leaveFor')}><${Delete} own=${own} me=${me} /><//>
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
  }, say('leaving.itIs'));
  return html`<form onSubmit=${save}>
    <p class="faint">${say('leaving.allThat')}</p>
    <${Trouble} task=${task} />
    <p class="row"><${Submit} task=${task}>${task.busy ? say('leaving.gathering') : say('leaving.downloadIt')}<//></p>
  </form>`;
}

/** Asked twice. @param {{own: OwnAccount, me: Props['me']}} props */
function Delete({ own, me }) {
  const task = useTask('delete-trouble');
  const [sure, setSure] = useState(false);
  const remove = task.run(async ({ 'delete-password': password = '' }) => {
    if (me.account && !password) throw missing('wrong_credentials', say('leaving.yourPasswordIs'));
    await own.remove(password);
  });
  if (!sure)
    return html`<p class="faint">${say('leaving.youLeave')}</p>
      <p class="row"><button class="plain" type="button" onClick=${() => setSure(true)}>${say('leaving.iWant')}</button></p>`;
  return html`<form onSubmit=${remove} novalidate>
    <p class="faint">${say('leaving.thisCannot')}</p>
    ${me.account && html`<${Password} id="delete-password" label=${say('leaving.yourPassword')} task=${task} />`}
    <${Trouble} task=${task} />
    <p class="row"><button class="plain" type="button" onClick=${() => setSure(false)}>${say('leaving.noI')}</button><${Submit} task=${task} grave>${say('leaving.deleteMe')}<//></p>
  </form>`;
}

/** @param {Props} props */
function SignOut({ app, own, me }) {
  const task = useTask('out-trouble');
  const waiting = app.outbox.box.value.filter((letter) => letter.state !== 'stored').length;
  const words = !me.account
    ? say('leaving.youHave', { name: me.name })
    : waiting > 0
      ? say('leaving.notEverything')
      : say('leaving.whatYouHave');
  return html`<form onSubmit=${task.run(() => own.signOut())}>
    <${Trouble} task=${task} />
    <p class="row end"><span class="faint">${words}</span><button class="plain" aria-disabled=${task.busy ? 'true' : undefined}>${say('leaving.signOut')}</button></p>
  </form>`;
}
