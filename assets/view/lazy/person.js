// One person, as those see them who keep order: writing to them, muting, banning, and for the owner, role and account.

import { mayServe, outranks } from '../../core/rights.js';
import { say } from '../../core/words.js';
import { faceOf } from '../../store/faces.js';
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

/** The roles that somebody with an account can be given. @type {readonly [import('../../core/proto.js').Role, import('../../core/words.js').Word][]} */
const ROLES = [
  ['member', 'invite.member'],
  ['moderator', 'person.moderatorWho'],
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
    say('person.nameMay', { name: known.name }),
  );
  const bare = task.run(async () => changed(await props.keeping.change(known.id, { face: null })), say('face.gone'));
  const active = known.state === 'active';
  return html`<${Dialog} title=${known.name} close=${close}>
    <div class="me-now" tabindex="-1" ref=${place}><${Arch} person=${known} /><div><b>${known.name}</b><small>${inWords(known, Date.now()) || say('person.member')}</small></div></div>
    ${canBeWritten(known, me?.id) && html`<p class="deed"><span>${say('person.aPrivate')}</span><button class="plain" type="button" onClick=${() => write(known)}>${say('everybody.write')}</button></p>`}
    ${
      over &&
      active &&
      html`<form class="deed" onSubmit=${unmute}><span>${muted ? say('person.theyHear') : say('person.letThem')}</span>
        ${muted ? html`<${Submit} task=${task}>${say('person.endThe')}<//>` : html`<button class="plain" type="button" onClick=${() => setAsks('mute')}>${say('person.mute')}</button>`}</form>
      <p class="deed"><span>${say('person.putThem')}</span><button class="plain grave" type="button" onClick=${() => setAsks('ban')}>${say('person.ban')}</button></p>`
    }
    ${over && faceOf(known.id)?.startsWith('p') && html`<form class="deed" onSubmit=${bare}><span>${say('face.theirs')}</span><${Submit} task=${task} quiet>${say('asks.remove')}<//></form>`}
    ${known.state === 'banned' && html`<p class="faint">${say('person.theyAre')}</p>`}
    ${!over && html`<p class="faint">${say('person.theirRole')}</p>`}
    <${Trouble} task=${task} />
    ${over && mayServe(me?.role, 'appoint') && !known.bot && html`<${Account} ...${props} />`}
    <p class="row end"><span></span><button class="plain" type="button" onClick=${back}>${say('person.backTo')}</button></p>
  <//>`;
}

/** What only the owner decides. @param {Props} props */
function Account({ keeping, known, changed }) {
  const role = useTask('role-trouble');
  const state = useTask('state-trouble');
  const appoint = role.run(
    async (typed) => changed(await keeping.change(known.id, { role: /** @type {Known['role']} */ (typed.role) })),
    say('person.thatIs'),
  );
  const disabled = known.state === 'disabled';
  const turn = state.run(
    async () => changed(await keeping.change(known.id, { disabled: !disabled })),
    disabled ? say('person.theyMay') : say('person.theyAreSigned'),
  );
  const has = ROLES.some(([one]) => one === known.role);
  return html`${
    has &&
    html`<form onSubmit=${appoint}><div class="beside"><${Pick} id="role" label=${say('person.whatThey')} from=${ROLES.map(([one, word]) => [one, say(word)])} value=${known.role} /><${Submit} task=${role}>${say('person.save')}<//></div><${Trouble} task=${role} /></form>`
  }
    ${
      (disabled || known.state === 'active') &&
      html`<form class="deed" onSubmit=${turn}><span>${disabled ? say('person.theAccount') : say('person.disableThe')}</span><${Submit} task=${state} grave=${!disabled} quiet>${disabled ? say('person.enable') : say('person.disable')}<//></form><${Trouble} task=${state} />`
    }`;
}
