// Who is in a room: their roles, who is here, bringing somebody in and taking somebody out.

import { mayRemove } from '../../core/rights.js';
import { say } from '../../core/words.js';
import { html, useEffect, useRef, useState } from '../../vendor/preact.js';
import { Arch } from '../parts.js';
import { useAttempt } from './attempt.js';
import { Fold } from './fold.js';
import { People, roleInWords, whereabouts } from './people.js';

/** @typedef {import('./details.js').Props} Props */
/** @typedef {import('../../core/proto.js').Member} Member */

/** The people of the room. @param {Props} props */
export function Members({ app, room, host, can }) {
  const [members, setMembers] = useState(/** @type {readonly Member[] | null} */ (null));
  const [more, setMore] = useState(false);
  const { attempt, trouble, told } = useAttempt();
  const place = useRef(/** @type {HTMLElement | null} */ (null));
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
    attempt(
      async () => {
        await host.bring(person.id);
        place.current?.focus();
      },
      say('members.nameIs', { name: person.name }),
    );
  const remove = (/** @type {Member} */ member) =>
    attempt(
      async () => {
        await host.remove(member.id);
        place.current?.focus();
      },
      say('members.nameIsNot', { name: member.name }),
    );
  const inside = new Set(members?.map((member) => member.id));
  return html`<h3 tabindex="-1" ref=${place}>${members && !more ? say('members.whoIs', { n: members.length }) : say('members.whoIsIn')}</h3>
    ${told}
    ${!members && !trouble && html`<p class="faint">${say('everybody.lookingAround')}</p>`}
    <ul class="offers people" aria-label=${say('members.members')} tabindex="0">${members?.map((member) => html`<${One} key=${member.id} app=${app} room=${room} member=${now(member)} remove=${can('remove') ? remove : null} />`)}</ul>
    ${more && html`<p class="row"><button class="plain" type="button" onClick=${() => attempt(() => look(members ?? []))}>${say('everybody.showMore')}</button></p>`}
    ${
      can('bring') &&
      html`<${Fold} title=${say('members.bringSomebody')}><${People} app=${app} id="bring-whom" label=${say('members.whom')} without=${inside}
      act=${(/** @type {{id: number, name: string}} */ person) => html`<button class="plain" type="button" aria-label=${say('members.bringIn', { name: person.name })} onClick=${() => bring(person)}>${say('members.bringInX')}</button>`} />
      <p class="faint">${room.rules.value.shows_past ? say('members.whoeverComes') : say('members.whoeverComesIn')}</p><//>`
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
    self && say('names.you'),
    member.maker && room.kind !== 'direct' && say('members.madeThis'),
    roleInWords(member.role),
    whereabouts(member, Date.now()),
  ];
  const removable = remove && !self && mayRemove(me?.role, room.standing, member.role);
  return html`<li><${Arch} person=${member} small on=${member.here} /><div><b>${member.name}</b><small>${words.filter(Boolean).join(' · ')}</small></div>
    ${removable && !asks && html`<button class="plain" type="button" ref=${button} aria-label=${say('members.remove', { name: member.name })} onClick=${() => setAsks(true)}>${say('asks.remove')}</button>`}
    ${
      removable &&
      asks &&
      html`<span class="ways" role="group" aria-label=${say('members.removeName', { name: member.name })}><button class="plain" type="button" ref=${no} onClick=${() => setAsks(false)}>${say('asks.keep')}</button>
      <button class="plain grave" type="button" aria-label=${say('members.yesRemove', { name: member.name })} onClick=${() => remove(member)}>${say('asks.remove')}</button></span>`
    }</li>`;
}
