// Who is in a room: their roles, who is here, bringing somebody in and taking somebody out.

import { mayRemove } from '../../core/rights.js';
import { html, useEffect, useRef, useState } from '../../vendor/preact.js';
import { Arch } from '../parts.js';
import { Fold } from './fold.js';
import { People, ROLE_WORDS, whereabouts } from './people.js';

/** @typedef {import('./details.js').Props} Props */
/** @typedef {import('../../core/proto.js').Member} Member */

/** The people of the room. @param {Props} props */
export function Members({ app, room, host, can }) {
  const [members, setMembers] = useState(/** @type {readonly Member[] | null} */ (null));
  const [more, setMore] = useState(false);
  const [trouble, setTrouble] = useState('');
  const [done, setDone] = useState('');
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  /** @param {() => Promise<unknown>} work */
  const attempt = async (work) => {
    try {
      setTrouble('');
      await work();
    } catch (reason) {
      setTrouble(/** @type {Error} */ (reason).message);
    }
  };
  const look = async (/** @type {readonly Member[]} */ before) => {
    const page = await host.members(before.at(-1)?.id ?? 0);
    setMembers([...before, ...page.members]);
    setMore(page.more);
  };
  const now = located(room);
  const hasGone = members?.some((member) => member.here && !now(member).here) ?? false;
  // The list is looked at anew whenever the room stirs, before or after the answer; what one has done oneself stays said.
  useEffect(() => void attempt(() => look([])), [room.stirred.value]);
  useEffect(() => void (hasGone && attempt(() => look([]))), [hasGone]);
  const bring = (/** @type {{id: number, name: string}} */ person) =>
    attempt(async () => {
      setDone('');
      await host.bring(person.id);
      setDone(`${person.name} is in now.`);
      place.current?.focus();
    });
  const remove = (/** @type {Member} */ member) =>
    attempt(async () => {
      setDone('');
      await host.remove(member.id);
      setDone(`${member.name} is not in any more.`);
      place.current?.focus();
    });
  const inside = new Set(members?.map((member) => member.id));
  return html`<h3 tabindex="-1" ref=${place}>${members && !more ? `Who is in (${members.length})` : 'Who is in'}</h3>
    <p class="trouble" role="alert">${trouble}</p><p class="done" role="status">${done}</p>
    ${!members && !trouble && html`<p class="faint">Looking around…</p>`}
    <ul class="offers people" aria-label="Members" tabindex="0">${members?.map((member) => html`<${One} key=${member.id} app=${app} room=${room} member=${now(member)} remove=${can('remove') ? remove : null} />`)}</ul>
    ${more && html`<p class="row"><button class="plain" type="button" onClick=${() => attempt(() => look(members ?? []))}>Show more</button></p>`}
    ${
      can('bring') &&
      html`<${Fold} title="Bring somebody in"><${People} app=${app} id="bring-whom" label="Whom?" without=${inside}
      act=${(/** @type {{id: number, name: string}} */ person) => html`<button class="plain" type="button" aria-label=${`Bring in ${person.name}`} onClick=${() => bring(person)}>Bring in</button>`} />
      <p class="faint">${room.rules.value.shows_past ? 'Whoever comes in sees what was said before.' : 'Whoever comes in sees only what is said from then on.'}</p><//>`
    }`;
}

/** The same member, as the room says where they are, or where that names not all, as the list did. @param {Props['room']} room */
function located(room) {
  const { count, people } = room.here.value;
  if (count > people.length) return (/** @type {Member} */ member) => member;
  const now = new Map(people.map((person) => [person.id, person]));
  return (/** @type {Member} */ member) => ({ ...member, here: now.has(member.id), away: now.get(member.id)?.away });
}

/** @param {{app: Props['app'], room: Props['room'], member: Member, remove: ((member: Member) => void) | null}} props */
function One({ app, room, member, remove }) {
  const [asks, setAsks] = useState(false);
  const no = useRef(/** @type {HTMLElement | null} */ (null));
  const button = useRef(/** @type {HTMLElement | null} */ (null));
  const was = useRef(false);
  useEffect(() => {
    if (asks) no.current?.focus();
    else if (was.current) button.current?.focus();
    was.current = asks;
    return undefined;
  }, [asks]);
  const me = app.session.me.value;
  const self = me?.id === member.id;
  const words = [
    self && 'you',
    member.maker && room.kind !== 'direct' && 'made this room',
    ROLE_WORDS[member.role],
    whereabouts(member, Date.now()),
  ];
  const removable = remove && !self && mayRemove(me?.role, room.standing, member.role);
  return html`<li><${Arch} person=${member} small on=${member.here} /><div><b>${member.name}</b><small>${words.filter(Boolean).join(' · ')}</small></div>
    ${removable && !asks && html`<button class="plain" type="button" ref=${button} aria-label=${`Remove ${member.name}`} onClick=${() => setAsks(true)}>Remove</button>`}
    ${
      removable &&
      asks &&
      html`<span class="ways" role="group" aria-label=${`Remove ${member.name}?`}><button class="plain" type="button" ref=${no} onClick=${() => setAsks(false)}>Keep</button>
      <button class="plain grave" type="button" aria-label=${`Yes, remove ${member.name}`} onClick=${() => remove(member)}>Remove</button></span>`
    }</li>`;
}
