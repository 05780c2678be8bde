// The rooms down the hall that one is not in.

import { html, useEffect, useState } from '../../vendor/preact.js';
import { Dialog } from '../dialog.js';

/** @typedef {import('../../app.js').App} App */
/** @typedef {import('../../core/proto.js').RoomOffer} RoomOffer */

/** What went wrong, in the server's words. @param {unknown} reason */
const words = (reason) => /** @type {Error} */ (reason).message;

/** The rooms that one may go into. @param {{app: App, close: () => void}} props */
export function MoreRooms({ app, close }) {
  const [offers, setOffers] = useState(/** @type {readonly RoomOffer[] | null} */ (null));
  const [trouble, setTrouble] = useState('');
  useEffect(() => {
    app.rooms.browse().then(setOffers, (reason) => setTrouble(words(reason)));
    return undefined;
  }, []);

  const enter = async (/** @type {number} */ id) => {
    try {
      await app.rooms.join(id);
      close();
      app.go(id);
    } catch (reason) {
      setTrouble(words(reason));
    }
  };
  const others = offers?.filter((offer) => !app.rooms.list.value.some((room) => room.id === offer.id)) ?? [];
  return html`<${Dialog} title="More rooms" close=${close}>
    <p class="trouble" role="alert">${trouble}</p>
    ${!offers && !trouble && html`<p class="faint">Looking down the hall…</p>`}
    ${offers && others.length === 0 && html`<p class="faint">You are in every room there is. A new one is quickly opened.</p>`}
    <ul class="offers">${others.map((offer) => html`<${Offer} key=${offer.id} offer=${offer} enter=${enter} />`)}</ul>
    <p class="row"><button class="plain" type="button" onClick=${() => app.open('create')}>Open a new room</button></p>
  <//>`;
}

/** @param {{offer: RoomOffer, enter: (id: number) => void}} props */
function Offer({ offer, enter }) {
  const people = offer.members === 1 ? '1 person' : `${offer.members} people`;
  return html`<li><span class="door"></span><div><b>${offer.name}</b><small>${[people, offer.topic].filter(Boolean).join(' · ')}</small></div>
    <button class="plain" type="button" aria-label=${`Go into ${offer.name}`} onClick=${() => enter(offer.id)}>Go in</button></li>`;
}
