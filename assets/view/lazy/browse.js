// The rooms down the hall that one is not in.

import { say } from '../../core/words.js';
import { html, useEffect, useState } from '../../vendor/preact.js';
import { Dialog } from '../dialog.js';

import { useAttempt } from './attempt.js';

/** @typedef {import('../../app.js').App} App */
/** @typedef {import('../../core/proto.js').RoomOffer} RoomOffer */

/** The rooms that one may go into. @param {{app: App, close: () => void}} props */
export function MoreRooms({ app, close }) {
  const [offers, setOffers] = useState(/** @type {readonly RoomOffer[] | null} */ (null));
  const { attempt, trouble, told } = useAttempt();
  useEffect(() => void attempt(async () => setOffers(await app.rooms.browse())), []);
  const enter = (/** @type {number} */ id) =>
    attempt(async () => {
      await app.rooms.join(id);
      close();
      app.go(id);
    });
  const others = offers?.filter((offer) => !app.rooms.list.value.some((room) => room.id === offer.id)) ?? [];
  return html`<${Dialog} title=${say('hall.more')} close=${close}>
    ${told}
    ${!offers && !trouble && html`<p class="faint">${say('browse.lookingDown')}</p>`}
    ${offers && others.length === 0 && html`<p class="faint">${say('browse.youAre')}</p>`}
    <ul class="offers">${others.map((offer) => html`<${Offer} key=${offer.id} offer=${offer} enter=${enter} />`)}</ul>
    <p class="row"><button class="plain" type="button" onClick=${() => app.open('create')}>${say('browse.openA')}</button></p>
  <//>`;
}

/** @param {{offer: RoomOffer, enter: (id: number) => void}} props */
function Offer({ offer, enter }) {
  const people = say('browse.people', { n: offer.members });
  return html`<li><span class="door"></span><div><b>${offer.name}</b><small>${[people, offer.topic].filter(Boolean).join(' · ')}</small></div>
    <button class="plain" type="button" aria-label=${say('browse.goInto', { room: offer.name })} onClick=${() => enter(offer.id)}>${say('browse.goIn')}</button></li>`;
}
