// Where a link leads: an invitation, or the key to a new house. One sees who invites to what before anything is done.

import { say } from '../../core/words.js';
import { Invitations } from '../../store/invitations.js';
import { html, useEffect, useMemo, useState } from '../../vendor/preact.js';
import { Submit, Trouble, useTask } from './form.js';
import { Gate, NameOnly, NewAccount, SignIn } from './gate.js';

/** @typedef {import('../../app.js').App} App */
/** @typedef {import('../../store/invitations.js').Look} Look */
/** @typedef {import('../../core/proto.js').Refusal} Refusal */

/** Where a link leads, and the way there. @param {{app: App, ticket: import('../../core/place.js').Ticket, close: () => void}} props */
export function Welcome({ app, ticket, close }) {
  const invitations = useMemo(() => new Invitations(app.http), []);
  const [look, setLook] = useState(/** @type {Look | null} */ (null));
  const [refusal, setRefusal] = useState(/** @type {Refusal | null} */ (null));
  const [signsIn, setSignsIn] = useState(false);
  const ask = () => {
    setRefusal(null);
    invitations.look(ticket.token).then(setLook, (reason) => setRefusal(reason.refusal));
  };
  useEffect(() => void ask(), []);

  const me = app.session.me.value;
  if (refusal) return html`<${Closed} refusal=${refusal} kind=${ticket.kind} ask=${ask} close=${close} />`;
  if (!look || (!me && !app.session.door.outside.value)) return html`<${Gate} title=${say('welcome.somebodyHolds')} />`;

  const accept = async (/** @type {object} */ fields) => {
    const room = await app.session.enter('invitations/accept', { token: ticket.token, ...fields });
    close();
    if (room) app.go(room);
  };
  const outside = app.session.door.outside.value;
  if (signsIn && outside)
    return html`<${Gate} title=${say('door.goodTo')} words=${say('welcome.signIn')}>
      <${SignIn} app=${app} outside=${outside} />
      <ul class="others"><li><button type="button" onClick=${() => setSignsIn(false)}>${say('welcome.backTo')}</button></li></ul>
    <//>`;
  const account = look.signs_up && !me?.account;
  return html`<${Gate} title=${title(look)} words=${words(look, me)} focus=${me?.id}>
    ${account && html`<${NewAccount} enter=${accept} go=${look.role === 'owner' ? say('welcome.moveIn') : me ? say('ends.stay') : say('door.comeInX')} name=${me?.name} />`}
    ${!account && (me ? html`<${Tap} accept=${accept} name=${me.name} />` : html`<${NameOnly} enter=${accept} />`)}
    <ul class="others">
      ${!me && look.role !== 'owner' && html`<li><button type="button" onClick=${() => setSignsIn(true)}>${say('door.iHave')}</button></li>`}
      ${me && account && look.room && html`<li><button type="button" onClick=${() => accept({}).catch((reason) => setRefusal(reason.refusal))}>${say('welcome.onlyLook', { room: look.room.name })}</button></li>`}
      ${look.role !== 'owner' && html`<li><button type="button" onClick=${close}>${say('welcome.notNow')}</button></li>`}
    </ul>
  <//>`;
}

/** @param {Look} look */
function title({ role, room, by }) {
  if (role === 'owner') return say('welcome.aNew');
  return say(room ? 'welcome.into' : 'welcome.in', { by: by ?? say('welcome.somebody'), room: room?.name ?? '' });
}

/** @param {Look} look @param {import('../../core/proto.js').Account | null} me */
function words({ role, room, signs_up }, me) {
  if (role === 'owner') return say('welcome.youWill');
  if (me) return signs_up && !me.account ? say('welcome.withA') : '';
  if (!signs_up) return say(room ? 'welcome.guestRoom' : 'welcome.guest');
  return role === 'moderator' ? say('welcome.youCome') : say('welcome.youComeTo');
}

/** @param {{accept: (fields: object) => Promise<void>, name: string}} props */
function Tap({ accept, name }) {
  const task = useTask();
  return html`<form onSubmit=${task.run(() => accept({}))}>
    <${Trouble} task=${task} /><${Submit} task=${task}>${say('welcome.goIn', { name })}<//>
  </form>`;
}

/** The link leads nowhere, or nobody answers. @param {{refusal: Refusal, kind: 'setup' | 'invitation', ask: () => void, close: () => void}} props */
function Closed({ refusal, kind, ask, close }) {
  const gone = refusal.code === 'no_such_invitation';
  const why = kind === 'setup' ? say('welcome.thisKey') : say('welcome.thisInvitation');
  const help = kind === 'setup' ? say('welcome.itHas', { command: 'snug setup-link' }) : say('welcome.itHasBeen');
  return html`<${Gate} title=${gone ? why : say('welcome.notAt')}>
    <p class="words" role="alert">${gone ? help : refusal.text}</p>
    <ul class="others">
      ${!gone && html`<li><button type="button" onClick=${ask}>${say('message.retry')}</button></li>`}
      <li><button type="button" onClick=${close}>${say('welcome.toThe')}</button></li>
    </ul>
  <//>`;
}
