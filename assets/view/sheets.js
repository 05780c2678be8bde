// The dialogs: most are fetched when they are first opened; here is the list of more rooms.

import { html, useEffect, useState } from '../vendor/preact.js';
import { Dialog } from './dialog.js';
import { Lazy } from './lazy.js';

/** @typedef {import('../app.js').App} App */
/** @typedef {import('../store/rooms.js').Room} Room */
/** @typedef {import('../core/proto.js').RoomOffer} RoomOffer */

const create = () => import('./lazy/create.js').then((module) => module.NewRoom);
const direct = () => import('./lazy/direct.js').then((module) => module.NewDirect);
const details = () => import('./lazy/details.js').then((module) => module.Details);
const you = () => import('./lazy/you.js').then((module) => module.You);
const invite = () => import('./lazy/invite.js').then((module) => module.Invite);

/** The dialog that is open, if any. @param {{app: App, room: Room | null}} props */
export function Sheets({ app, room }) {
  const close = () => app.open('');
  switch (app.sheet.value) {
    case 'create':
      return html`<${Lazy} load=${create} app=${app} close=${close} />`;
    case 'direct':
      return html`<${Lazy} load=${direct} app=${app} close=${close} />`;
    case 'browse':
      return html`<${MoreRooms} app=${app} close=${close} />`;
    case 'about':
      return room && html`<${Lazy} load=${details} app=${app} room=${room} close=${close} />`;
    case 'you':
      return html`<${Lazy} load=${you} app=${app} close=${close} />`;
    case 'invite':
      return html`<${Lazy} load=${invite} app=${app} room=${room} close=${close} />`;
    default:
      return null;
  }
}

/** What went wrong, in the server's words. @param {unknown} reason */
const words = (reason) => /** @type {Error} */ (reason).message;

/** @param {{app: App, close: () => void}} props */
function MoreRooms({ app, close }) {
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
