// Oneself: the name, the password, where one is signed in, and the ways out.

import { placeTicket } from '../../core/place.js';
import { mayServe } from '../../core/rights.js';
import { say } from '../../core/words.js';
import { OwnAccount } from '../../store/account.js';
import { html, useMemo, useState } from '../../vendor/preact.js';
import { Dialog } from '../dialog.js';
import { Arch } from '../parts.js';
import { Bots } from './bots.js';
import { Face } from './face.js';
import { Fold } from './fold.js';
import { Entry, missing, Password, Submit, Trouble, useTask } from './form.js';
import { PASSWORD_HINT } from './gate.js';
import { Leaving } from './leaving.js';
import { Sittings } from './sittings.js';

/** @typedef {import('../../app.js').App} App */
/** @typedef {import('../../core/proto.js').Account} Account */

/** What one is here, in a few words. @type {Record<import('../../core/proto.js').Role, import('../../core/words.js').Word>} */
const ROLES = {
  guest: 'you.aGuest',
  visitor: 'you.aGuest',
  member: 'you.aMember',
  moderator: 'you.aModerator',
  owner: 'you.theOwner',
};

/** The sheet about oneself. @param {{app: App, close: () => void}} props */
export function You({ app, close }) {
  const own = useMemo(() => new OwnAccount(app.http, app.session, app.forget, app.timers), []);
  const me = app.session.me.value;
  if (!me) return null;
  return html`<${Dialog} title=${say('names.You')} close=${close}>
    <div class="me-now"><${Arch} person=${me} /><div><b>${me.name}</b><small>${[say(ROLES[me.role]), me.account && say('you.signsIn', { name: me.account })].filter(Boolean).join(' · ')}</small></div></div>
    <p class="row at-top"><button class="plain" type="button" aria-haspopup="dialog" onClick=${() => app.open('prefs')}>${say('you.prefs')}</button></p>
    <${Name} own=${own} me=${me} />
    <${Fold} title=${say('face.title')}><${Face} own=${own} me=${me} /><//>
    ${me.account ? html`<${Fold} title=${say('door.password')}><${Change} own=${own} account=${me.account} /><//>` : html`<${Stay} app=${app} own=${own} me=${me} />`}
    <${Fold} title=${say('you.whereYou')}><${Sittings} own=${own} /><//>
    ${mayServe(me.role, 'keepBots') && html`<${Fold} title=${say('you.yourBots')}><${Bots} app=${app} /><//>`}
    <p class="row"><button class="plain" type="button" onClick=${() => app.open('keys')}>${say('keys.title')}</button></p>
    <${Leaving} app=${app} own=${own} me=${me} />
  <//>`;
}

/** @param {{own: OwnAccount, me: Account}} props */
function Name({ own, me }) {
  const task = useTask('name-trouble');
  const save = task.run(async ({ 'my-name': name }) => {
    if (!name.trim()) throw missing('name_needed', say('door.aName'));
    await own.rename(name.trim());
  }, say('you.fromNow'));
  return html`<form onSubmit=${save} novalidate>
    <div class="beside"><${Entry} id="my-name" as="name" label=${say('you.whatPeople')} value=${me.name} autocomplete="nickname" task=${task} /><${Submit} task=${task}>${say('person.save')}<//></div>
    <${Trouble} task=${task} />
  </form>`;
}

/** @param {{own: OwnAccount, account: string}} props */
function Change({ own, account }) {
  const task = useTask('password-trouble');
  const [round, setRound] = useState(0);
  const save = task.run(async ({ old, fresh }) => {
    if (!old || !fresh) throw missing('', say('you.bothPasswords'));
    await own.changePassword(old, fresh);
    setRound(round + 1);
  }, say('you.thePasswordIs'));
  return html`<form onSubmit=${save} novalidate key=${round}>
    <input hidden autocomplete="username" name="account" value=${account} />
    <${Password} id="old" as="old" label=${say('you.thePassword')} task=${task} />
    <${Password} id="fresh" fresh label=${say('you.theNew')} hint=${say(PASSWORD_HINT)} task=${task} />
    <${Trouble} task=${task} />
    <p class="row"><${Submit} task=${task}>${say('you.changeIt')}<//></p>
  </form>`;
}

/** A guest may stay. @param {{app: App, own: OwnAccount, me: Account}} props */
function Stay({ app, own, me }) {
  const task = useTask('stay-trouble');
  const { sign_up: signUp } = app.session.door.house.value;
  if (signUp === 'closed') return html`<p class="faint">${say('you.youAre', { name: me.name })}</p>`;
  const save = task.run(async ({ account, password, link }) => {
    if (!account.trim()) throw missing('name_needed', say('door.theName'));
    if (!password) throw missing('bad_password', say('door.aPassword'));
    const invitation = link === undefined ? undefined : (placeTicket(link)?.token ?? link.trim());
    if (invitation === '') throw missing('', say('you.theLinkOf'));
    await own.becomeMember({ account: account.trim(), password, invitation });
  });
  return html`<${Fold} title=${say('you.stayFor')}><form onSubmit=${save} novalidate>
    <p class="faint">${say('you.withA')}</p>
    <${Entry} id="account" as="name" label=${say('you.theName')} value=${me.name} autocomplete="username" task=${task} />
    <${Password} id="password" fresh label=${say('door.password')} hint=${say(PASSWORD_HINT)} task=${task} />
    ${signUp === 'invitation' && html`<${Entry} id="link" label=${say('you.theLink')} hint=${say('you.aMemberCan')} autocomplete="off" />`}
    <${Trouble} task=${task} />
    <p class="row"><${Submit} task=${task}>${say('you.becomeA')}<//></p>
  </form><//>`;
}
