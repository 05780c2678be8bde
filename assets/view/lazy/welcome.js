// Where a link leads: an invitation, or the key to a new house. One sees who invites to what before anything is done.

import { Invitations } from '../../store/invitations.js';
import { html, useEffect, useMemo, useState } from '../../vendor/preact.js';
import { Gate, NewAccount, SignIn } from './door.js';
import { Entry, missing, Submit, Trouble, useTask } from './form.js';

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
  if (!look || (!me && !app.session.door.outside.value)) return html`<${Gate} title="Somebody holds the door…" />`;

  const accept = async (/** @type {object} */ fields) => {
    const room = await app.session.enter('invitations/accept', { token: ticket.token, ...fields });
    close();
    if (room) app.go(room);
  };
  const outside = app.session.door.outside.value;
  if (signsIn && outside)
    return html`<${Gate} title="Good to see you." words="Sign in, and the invitation is yours.">
      <${SignIn} app=${app} outside=${outside} />
      <ul class="others"><li><button type="button" onClick=${() => setSignsIn(false)}>Back to the invitation</button></li></ul>
    <//>`;
  const account = look.signs_up && !me?.account;
  return html`<${Gate} title=${title(look)} words=${words(look, me)} focus=${me?.id}>
    ${account && html`<${NewAccount} enter=${accept} go=${look.role === 'owner' ? 'Move in' : me ? 'Stay' : 'Come in'} name=${me?.name} />`}
    ${!account && (me ? html`<${Tap} accept=${accept} name=${me.name} />` : html`<${NameOnly} accept=${accept} />`)}
    <ul class="others">
      ${!me && look.role !== 'owner' && html`<li><button type="button" onClick=${() => setSignsIn(true)}>I have an account</button></li>`}
      ${me && account && look.room && html`<li><button type="button" onClick=${() => accept({}).catch((reason) => setRefusal(reason.refusal))}>Only look into ${look.room.name}</button></li>`}
      ${look.role !== 'owner' && html`<li><button type="button" onClick=${close}>Not now</button></li>`}
    </ul>
  <//>`;
}

/** @param {Look} look */
function title({ role, room, by }) {
  if (role === 'owner') return 'A new house, and you hold the key.';
  return `${by ?? 'Somebody'} invites you ${room ? `into ${room.name}` : 'in'}.`;
}

/** @param {Look} look @param {import('../../core/proto.js').Account | null} me */
function words({ role, room, signs_up }, me) {
  if (role === 'owner') return 'You will be its owner: you let people in, and you keep it in order. What is your name?';
  if (me) return signs_up && !me.account ? 'With a password you stay for good, and what you wrote stays yours.' : '';
  if (!signs_up) return `You come as a guest: you see ${room ? 'this room' : 'what you are shown'} and nothing else.`;
  return role === 'moderator'
    ? 'You come to stay, and to help keep order.'
    : 'You come to stay. Choose your name and a password.';
}

/** @param {{accept: (fields: object) => Promise<void>}} props */
function NameOnly({ accept }) {
  const task = useTask();
  const enter = task.run(async ({ name }) => {
    if (!name.trim()) throw missing('name_needed', 'A name is needed, so that the others know who is speaking.');
    await accept({ name: name.trim() });
  });
  return html`<form onSubmit=${enter} novalidate>
    <${Entry} id="name" as="name" label="What do people call you?" autocomplete="nickname" autocapitalize="words" enterkeyhint="go" task=${task} />
    <${Trouble} task=${task} /><${Submit} task=${task}>Come in<//>
  </form>`;
}

/** @param {{accept: (fields: object) => Promise<void>, name: string}} props */
function Tap({ accept, name }) {
  const task = useTask();
  return html`<form onSubmit=${task.run(() => accept({}))}>
    <${Trouble} task=${task} /><${Submit} task=${task}>Go in as ${name}<//>
  </form>`;
}

/** The link leads nowhere, or nobody answers. @param {{refusal: Refusal, kind: 'setup' | 'invitation', ask: () => void, close: () => void}} props */
function Closed({ refusal, kind, ask, close }) {
  const gone = refusal.code === 'no_such_invitation';
  const why = kind === 'setup' ? 'This key no longer fits.' : 'This invitation no longer opens the door.';
  const help =
    kind === 'setup'
      ? html`It has been used, has run out, or a newer one was made. <code>snug setup-link</code> prints a new one, as long as nobody owns the house.`
      : 'It has been used up, has run out, or was taken back. Ask whoever gave it to you for a new one.';
  return html`<${Gate} title=${gone ? why : 'Not at the moment.'}>
    <p class="words" role="alert">${gone ? help : refusal.text}</p>
    <ul class="others">
      ${!gone && html`<li><button type="button" onClick=${ask}>Try again</button></li>`}
      <li><button type="button" onClick=${close}>To the front door</button></li>
    </ul>
  <//>`;
}
