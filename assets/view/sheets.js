// The dialogs: most are fetched when they are first opened; here is the list of more rooms.

import { html, useEffect, useState } from '../vendor/preact.js';
import { Dialog } from './dialog.js';
import { Lazy } from './lazy.js';

/** @typedef {import('../app.js').App} App */
/** @typedef {import('../store/rooms.js').Room} Room */
/** @typedef {import('../core/proto.js').RoomOffer} RoomOffer */

/** What is fetched when it is first opened. @type {Record<string, () => Promise<any>>} */
const LATER = {
  create: () => import('./lazy/create.js').then((module) => module.NewRoom),
  direct: () => import('./lazy/direct.js').then((module) => module.NewDirect),
  about: () => import('./lazy/details.js').then((module) => module.Details),
  reactions: () => import('./lazy/reactions.js').then((module) => module.Reactions),
  message: () => import('./lazy/menu.js').then((module) => module.MessageMenu),
  people: () => import('./lazy/everybody.js').then((module) => module.Everybody),
  order: () => import('./lazy/order.js').then((module) => module.Order),
  you: () => import('./lazy/you.js').then((module) => module.You),
  invite: () => import('./lazy/invite.js').then((module) => module.Invite),
};

/** The dialog that is open, if any. @param {{app: App, room: Room | null}} props */
export function Sheets({ app, room }) {
  const close = () => app.open('');
  const name = app.sheet.value;
  if (name === 'browse') return html`<${MoreRooms} app=${app} close=${close} />`;
  if (!(name in LATER) || (name === 'about' && !room)) return null;
  return html`<${Lazy} key=${name} load=${LATER[name]} app=${app} room=${room} close=${close} />`;
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
