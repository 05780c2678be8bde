// One person, as those see them who keep order: writing to them, muting, banning, and for the owner, role and account.

import { mayServe, outranks } from '../../core/rights.js';
import { html, useEffect, useRef, useState } from '../../vendor/preact.js';
import { Dialog } from '../dialog.js';
import { Arch } from '../parts.js';
import { BanForm, MuteForm, Pick } from './asks.js';

import { canBeWritten, inWords } from './everybody.js';
import { Submit, Trouble, useTask } from './form.js';

/** @typedef {import('../../store/keeping.js').Known} Known */

/**
 * @typedef {{app: import('../../app.js').App, keeping: import('../../store/keeping.js').Keeping, known: Known,
 *   changed: (known: Known) => void, back: () => void, close: () => void, write: (known: Known) => Promise<void>}} Props
 */

/** The roles that somebody with an account can be given. @type {readonly [import('../../core/proto.js').Role, string][]} */
const ROLES = [
  ['member', 'Member'],
  ['moderator', 'Moderator, who keeps order'],
];

/** The sheet. @param {Props} props */
export function PersonSheet(props) {
  const { app, known, changed, back, close, write } = props;
  const [asks, setAsks] = useState(/** @type {'' | 'mute' | 'ban'} */ (''));
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const task = useTask('person-trouble');
  const me = app.session.me.value;
  const over = mayServe(me?.role, 'moderate') && outranks(me?.role, known.role);
  useEffect(() => {
    if (!asks) place.current?.focus();
    return undefined;
  }, [asks]);
  const done = () => setAsks('');
  if (asks === 'mute') return html`<${MuteForm} app=${app} person=${known} changed=${changed} close=${done} />`;
  if (asks === 'ban')
    return html`<${BanForm} app=${app} person=${known} changed=${() => changed({ ...known, state: 'banned' })} close=${done} />`;
  const muted = (known.muted_until ?? 0) > Date.now();
  const unmute = task.run(
    async () => changed(await props.keeping.change(known.id, { muted_minutes: 0 })),
    `${known.name} may write again.`,
  );
  const active = known.state === 'active';
  return html`<${Dialog} title=${known.name} close=${close}>
    <div class="me-now" tabindex="-1" ref=${place}><${Arch} person=${known} /><div><b>${known.name}</b><small>${inWords(known, Date.now()) || 'member'}</small></div></div>
    ${canBeWritten(known, me?.id) && html`<p class="deed"><span>A private message, for the two of you.</span><button class="plain" type="button" onClick=${() => write(known)}>Write</button></p>`}
    ${
      over &&
      active &&
      html`<form class="deed" onSubmit=${unmute}><span>${muted ? 'They hear everything and write nothing.' : 'Let them hear everything and write nothing, for a time.'}</span>
        ${muted ? html`<${Submit} task=${task}>End the mute<//>` : html`<button class="plain" type="button" onClick=${() => setAsks('mute')}>Mute…</button>`}</form>
      <p class="deed"><span>Put them out, and keep them out.</span><button class="plain grave" type="button" onClick=${() => setAsks('ban')}>Ban…</button></p>`
    }
    ${known.state === 'banned' && html`<p class="faint">They are banned. The ban is lifted under “Keeping order”.</p>`}
    ${!over && html`<p class="faint">Their role is not below yours: there is nothing here for you to decide.</p>`}
    <${Trouble} task=${task} />
    ${over && mayServe(me?.role, 'appoint') && !known.bot && html`<${Account} ...${props} />`}
    <p class="row end"><span></span><button class="plain" type="button" onClick=${back}>Back to everybody</button></p>
  <//>`;
}

/** What only the owner decides. @param {Props} props */
function Account({ keeping, known, changed }) {
  const role = useTask('role-trouble');
  const state = useTask('state-trouble');
  const appoint = role.run(
    async (typed) => changed(await keeping.change(known.id, { role: /** @type {Known['role']} */ (typed.role) })),
    'That is their role now.',
  );
  const disabled = known.state === 'disabled';
  const turn = state.run(
    async () => changed(await keeping.change(known.id, { disabled: !disabled })),
    disabled ? 'They may sign in again.' : 'They are signed out, and cannot sign in.',
  );
  const has = ROLES.some(([one]) => one === known.role);
  return html`${
    has &&
    html`<form onSubmit=${appoint}><div class="beside"><${Pick} id="role" label="What they are here" from=${ROLES} value=${known.role} /><${Submit} task=${role}>Save<//></div><${Trouble} task=${role} /></form>`
  }
    ${
      (disabled || known.state === 'active') &&
      html`<form class="deed" onSubmit=${turn}><span>${disabled ? 'The account is disabled.' : 'Disable the account: nobody signs in with it.'}</span><${Submit} task=${state} grave=${!disabled} quiet>${disabled ? 'Enable' : 'Disable'}<//></form><${Trouble} task=${state} />`
    }`;
}
