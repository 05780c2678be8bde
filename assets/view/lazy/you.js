// Oneself: the name, the password, where one is signed in, and the ways out.

import { placeTicket } from '../../core/place.js';
import { mayServe } from '../../core/rights.js';
import { say } from '../../core/words.js';
import { OwnAccount } from '../../store/account.js';
import { html, useMemo, useState } from '../../vendor/preact.js';
import { Dialog } from '../dialog.js';
import { Arch } from '../parts.js';
import { Bots } from './bots.js';
import { PASSWORD_HINT } from './door.js';
import { Fold } from './fold.js';
import { Entry, missing, Password, Submit, Trouble, useTask } from './form.js';
import { Leaving } from './leaving.js';
import { Sittings } from './sittings.js';

/** @typedef {import('../../app.js').App} App */
/** @typedef {import('../../core/proto.js').Account} Account */

/** What one is here, in a few words. @type {Record<import('../../core/proto.js').Role, string>} */
const ROLES = {
  guest: 'A guest',
  visitor: 'A guest',
  member: 'A member',
  moderator: 'A moderator',
  owner: 'The owner',
};

/** The sheet about oneself. @param {{app: App, close: () => void}} props */
export function You({ app, close }) {
  const own = useMemo(() => new OwnAccount(app.http, app.session, app.forget, app.timers), []);
  const me = app.session.me.value;
  if (!me) return null;
  return html`<${Dialog} title="You" close=${close}>
    <div class="me-now"><${Arch} person=${me} /><div><b>${me.name}</b><small>${ROLES[me.role]}${me.account && ` · signs in as ${me.account}`}</small></div></div>
    <p class="row at-top"><button class="plain" type="button" aria-haspopup="dialog" onClick=${() => app.open('prefs')}>${say('you.prefs')}</button></p>
    <${Name} own=${own} me=${me} />
    ${me.account ? html`<${Fold} title="Password"><${Change} own=${own} account=${me.account} /><//>` : html`<${Stay} app=${app} own=${own} me=${me} />`}
    <${Fold} title="Where you are signed in"><${Sittings} own=${own} /><//>
    ${mayServe(me.role, 'keepBots') && html`<${Fold} title="Your bots"><${Bots} app=${app} /><//>`}
    <p class="row"><button class="plain" type="button" onClick=${() => app.open('keys')}>${say('keys.title')}</button></p>
    <${Leaving} app=${app} own=${own} me=${me} />
  <//>`;
}

/** @param {{own: OwnAccount, me: Account}} props */
function Name({ own, me }) {
  const task = useTask('name-trouble');
  const save = task.run(async ({ 'my-name': name }) => {
    if (!name.trim()) throw missing('name_needed', 'A name is needed, so that the others know who is speaking.');
    await own.rename(name.trim());
  }, 'From now on people see this name.');
  return html`<form onSubmit=${save} novalidate>
    <div class="beside"><${Entry} id="my-name" as="name" label="What people call you" value=${me.name} autocomplete="nickname" task=${task} /><${Submit} task=${task}>Save<//></div>
    <${Trouble} task=${task} />
  </form>`;
}

/** @param {{own: OwnAccount, account: string}} props */
function Change({ own, account }) {
  const task = useTask('password-trouble');
  const [round, setRound] = useState(0);
  const save = task.run(async ({ old, fresh }) => {
    if (!old || !fresh) throw missing('', 'Both passwords are needed: the one until now, and the new one.');
    await own.changePassword(old, fresh);
    setRound(round + 1);
  }, 'The password is changed. Everywhere else you are signed out.');
  return html`<form onSubmit=${save} novalidate key=${round}>
    <input hidden autocomplete="username" name="account" value=${account} />
    <${Password} id="old" as="old" label="The password until now" task=${task} />
    <${Password} id="fresh" fresh label="The new password" hint=${PASSWORD_HINT} task=${task} />
    <${Trouble} task=${task} />
    <p class="row"><${Submit} task=${task}>Change it<//></p>
  </form>`;
}

/** A guest may stay. @param {{app: App, own: OwnAccount, me: Account}} props */
function Stay({ app, own, me }) {
  const task = useTask('stay-trouble');
  const { sign_up: signUp } = app.session.door.house.value;
  if (signUp === 'closed')
    return html`<p class="faint">You are a guest. When this session ends, nobody can come back as ${me.name}. Whoever runs this house makes accounts.</p>`;
  const save = task.run(async ({ account, password, link }) => {
    if (!account.trim()) throw missing('name_needed', 'The name that you sign in with is missing.');
    if (!password) throw missing('bad_password', 'A password is needed.');
    const invitation = link === undefined ? undefined : (placeTicket(link)?.token ?? link.trim());
    if (invitation === '') throw missing('', 'The link of an invitation is missing. Ask a member for one.');
    await own.becomeMember({ account: account.trim(), password, invitation });
  });
  return html`<${Fold} title="Stay for good"><form onSubmit=${save} novalidate>
    <p class="faint">With a name and a password you can come back, from anywhere. What you wrote stays yours.</p>
    <${Entry} id="account" as="name" label="The name to sign in with" value=${me.name} autocomplete="username" task=${task} />
    <${Password} id="password" fresh label="Password" hint=${PASSWORD_HINT} task=${task} />
    ${signUp === 'invitation' && html`<${Entry} id="link" label="The link of an invitation" hint="A member can make one for you." autocomplete="off" />`}
    <${Trouble} task=${task} />
    <p class="row"><${Submit} task=${task}>Become a member<//></p>
  </form><//>`;
}
