// Letting somebody in: making a link with its picture, and taking links back.

import { clock, dayTitle } from '../../core/time.js';
import { say } from '../../core/words.js';
import { Invitations, mayInvite } from '../../store/invitations.js';
import { html, useEffect, useMemo, useState } from '../../vendor/preact.js';
import { Dialog } from '../dialog.js';
import { useAttempt } from './attempt.js';
import { Submit, Trouble, useTask } from './form.js';
import { Link } from './link.js';

/** @typedef {import('../../app.js').App} App */
/** @typedef {import('../../store/room.js').Room} Room */
/** @typedef {import('../../store/invitations.js').Invitation} Invitation */
/** @typedef {import('../../core/proto.js').Role} Role */

/** @type {Record<string, import('../../core/words.js').Word>} */
const COMES_AS = {
  guest: 'invite.aGuest',
  member: 'invite.aMember',
  moderator: 'invite.aModerator',
};

/** @type {Record<string, import('../../core/words.js').Word>} */
const SHORT = { guest: 'invite.guest', member: 'invite.member', moderator: 'invite.moderator', owner: 'invite.owner' };

/** @type {readonly [number, import('../../core/words.js').Word][]} */
const USES = [
  [1, 'invite.onePerson'],
  [5, 'invite.5People'],
  [25, 'invite.25People'],
  [1000, 'invite.1000'],
];

/** @type {readonly [number, import('../../core/words.js').Word][]} */
const HOURS = [
  [1, 'invite.anHour'],
  [24, 'invite.aDay'],
  [168, 'invite.aWeek'],
  [720, 'asks.30Days'],
  [8760, 'invite.aYear'],
];

/** The sheet of invitations. @param {{app: App, room: Room | null, close: () => void}} props */
export function Invite({ app, room, close }) {
  const invitations = useMemo(() => new Invitations(app.http), []);
  const [all, setAll] = useState(/** @type {readonly Invitation[]} */ ([]));
  const [made, setMade] = useState(/** @type {{url: string, qr: string} | null} */ (null));
  const { attempt, told } = useAttempt();
  const look = async () => setAll(await invitations.list());
  useEffect(() => void attempt(look), []);
  const make = async (/** @type {{role: Role, room?: number, uses: number, hours: number}} */ wanted) => {
    setMade(await invitations.make(wanted));
    void attempt(look);
  };
  return html`<${Dialog} title=${made ? say('invite.theDoor') : say('hall.invite')} close=${close}>
    ${made ? html`<${Link} url=${made.url} qr=${made.qr} another=${() => setMade(null)} />` : html`<${Making} app=${app} room=${room} make=${make} />`}
    ${told}
    ${
      all.length > 0 &&
      html`<h3>${say('invite.linksThat')}</h3>
      <ul class="offers whole">${all.map((one) => html`<${Open} key=${one.id} one=${one} me=${app.session.me.value?.id} revoke=${() => attempt(() => invitations.revoke(one.id).then(look))} />`)}</ul>`
    }
  <//>`;
}

/** @param {{app: App, room: Room | null, make: (wanted: {role: Role, room?: number, uses: number, hours: number}) => Promise<void>}} props */
function Making({ app, room, make }) {
  const task = useTask();
  const closed = app.session.door.house.value.sign_up === 'closed';
  const roles = mayInvite(app.session.me.value?.role).filter((role) => role === 'guest' || !closed);
  const [role, setRole] = useState(roles[0]);
  const submit = task.run(({ room, uses, hours }) =>
    make({ role, uses: Number(uses), hours: Number(hours), ...(room && { room: Number(room) }) }),
  );
  const rooms = app.rooms.list.value.map((one) => /** @type {const} */ ([one.id, one.name.value]));
  return html`<form onSubmit=${submit}>
    <${Choice} id="role" label=${say('invite.whoComes')} from=${roles.map((one) => [one, say(COMES_AS[one])])} value=${role} choose=${setRole} />
    <${Choice} id="room" label=${say('invite.intoWhich')} from=${role === 'guest' ? rooms : [['', say('invite.noRoom')], ...rooms]} value=${role === 'guest' ? room?.id : ''} key=${role} />
    <div class="pair"><${Choice} id="uses" label=${say('invite.opensTo')} from=${USES.map(([n, word]) => [n, say(word)])} value=${1} /><${Choice} id="hours" label=${say('invite.goodFor')} from=${HOURS.map(([n, word]) => [n, say(word)])} value=${24} /></div>
    <${Trouble} task=${task} />
    <p class="row"><${Submit} task=${task}>${say('invite.makeA')}<//></p>
  </form>`;
}

/**
 * One of several.
 * @param {{id: string, label: string, from: readonly (readonly [string | number, string])[], value?: string | number, choose?: (value: any) => void}} props
 */
function Choice({ id, label, from, value, choose }) {
  const change = (/** @type {Event} */ event) => choose?.(/** @type {HTMLSelectElement} */ (event.currentTarget).value);
  return html`<div class="field"><label for=${id}>${label}</label>
    <select id=${id} name=${id} onChange=${change}>${from.map(([one, words]) => html`<option value=${one} selected=${one === value}>${words}</option>`)}</select></div>`;
}

/** @param {{one: Invitation, me: number | undefined, revoke: () => void}} props */
function Open({ one, me, revoke }) {
  const left = say('invite.left', { n: one.uses_left });
  const until = say('bans.untilDay', { day: dayTitle(one.expires_at, Date.now()), time: clock(one.expires_at) });
  const by = one.by && one.by.id !== me ? say('bans.byName', { name: one.by.name }) : '';
  const name = [say(SHORT[one.role]), one.room?.name].filter(Boolean).join(' · ');
  return html`<li><span class="door"></span><div><b>${name}</b><small>${[left, until, by].filter(Boolean).join(' · ')}</small></div>
    <button class="plain" type="button" aria-label=${say('invite.takeBack', { what: `${name}, ${left}` })} onClick=${revoke}>${say('invite.takeBackX')}</button></li>`;
}
