// The dialogs: a new room, more rooms, about this room.

import { html, useEffect, useState } from '../vendor/preact.js';
import { Dialog, Field } from './dialog.js';
import { Lazy } from './lazy.js';
import { Arch } from './parts.js';

/** @typedef {import('../app.js').App} App */
/** @typedef {import('../store/rooms.js').Room} Room */
/** @typedef {import('../core/proto.js').RoomOffer} RoomOffer */

const you = () => import('./lazy/you.js').then((module) => module.You);
const invite = () => import('./lazy/invite.js').then((module) => module.Invite);

/** The dialog that is open, if any. @param {{app: App, room: Room | null}} props */
export function Sheets({ app, room }) {
  const close = () => app.open('');
  switch (app.sheet.value) {
    case 'create':
      return html`<${NewRoom} app=${app} close=${close} />`;
    case 'browse':
      return html`<${MoreRooms} app=${app} close=${close} />`;
    case 'about':
      return room && html`<${AboutRoom} app=${app} room=${room} close=${close} />`;
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

/** The text of a field in the form that was sent. @param {Event} event @param {string} name */
const typed = (event, name) => String(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)).get(name) ?? '').trim();

/** @param {{app: App, close: () => void}} props */
function NewRoom({ app, close }) {
  const [trouble, setTrouble] = useState('');
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    try {
      const id = await app.rooms.create(typed(event, 'room-name'), typed(event, 'room-topic'));
      close();
      app.go(id);
    } catch (reason) {
      setTrouble(words(reason));
    }
  };
  return html`<${Dialog} title="Open a new room" close=${close}>
    <form onSubmit=${submit}>
      <${Field} id="room-name" label="What is it called?" trouble=${trouble} />
      <${Field} id="room-topic" label="What is it about? (may stay empty)" />
      <p class="row"><button class="plain" type="button" onClick=${close}>Cancel</button><button class="enter">Open the room</button></p>
    </form>
  <//>`;
}

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

/** @param {{app: App, room: Room, close: () => void}} props */
function AboutRoom({ app, room, close }) {
  const [trouble, setTrouble] = useState('');
  const attempt = async (/** @type {Promise<void>} */ done) => {
    try {
      await done;
      close();
    } catch (reason) {
      setTrouble(words(reason));
    }
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    attempt(app.rooms.setTopic(room.id, typed(event, 'topic')));
  };
  const leave = () => attempt(app.rooms.leave(room.id).then(() => app.goHall()));
  const { count, people } = room.here.value;
  return html`<${Dialog} title=${room.name.value} close=${close}>
    <form onSubmit=${submit}>
      <${Field} id="topic" label="What it is about" value=${room.topic.value} trouble=${trouble} />
      <p class="row"><button class="enter">Save</button></p>
    </form>
    ${count > 0 && html`<h3>Here now</h3><ul class="crowd">${people.map((person) => html`<li key=${person.id}><${Arch} person=${person} small on />${person.name}</li>`)}</ul>`}
    ${count > people.length && html`<p class="faint">and ${count - people.length} others</p>`}
    <p class="row end"><span class="faint">You may come back whenever you like.</span><button class="plain" type="button" onClick=${leave}>Leave this room</button></p>
  <//>`;
}
