// The dialogs, each fetched when it is first opened.

import { sayMore } from '../core/words.js';
import { html } from '../vendor/preact.js';
import { strip } from './aids.js';
import { dress, Lazy } from './lazy.js';

/** @typedef {import('../app.js').App} App */
/** @typedef {import('../store/room.js').Room} Room */

const find = () => import('./lazy/find.js').then((module) => module.Find);

/** What is fetched when it is first opened. @type {Record<string, () => Promise<any>>} */
const LATER = {
  browse: () => import('./lazy/browse.js').then((module) => module.MoreRooms),
  create: () => import('./lazy/create.js').then((module) => module.NewRoom),
  direct: () => import('./lazy/direct.js').then((module) => module.NewDirect),
  about: () => import('./lazy/details.js').then((module) => module.Details),
  keys: () => import('./lazy/keys.js').then((module) => module.Keys),
  find,
  findHere: find,
  day: () => import('./lazy/day.js').then((module) => module.Day),
  level: () => import('./lazy/level.js').then((module) => module.LevelMenu),
  prefs: () => import('./lazy/prefs.js').then((module) => module.Preferences),
  picture: () => import('./lazy/picture.js').then((module) => module.Picture),
  profile: () => import('./lazy/profile.js').then((module) => module.ProfileSheet),
  reactions: () => import('./lazy/reactions.js').then((module) => module.Reactions),
  message: () => import('./lazy/menu.js').then((module) => module.MessageMenu),
  people: () => import('./lazy/everybody.js').then((module) => module.Everybody),
  order: () => import('./lazy/order.js').then((module) => module.Order),
  you: () => import('./lazy/you.js').then((module) => module.You),
  invite: () => import('./lazy/invite.js').then((module) => module.Invite),
};

/** Fetches what one may want of a message when the server is out of reach. */
export const ahead = () => Promise.all([sayMore(), dress(), LATER.message(), LATER.reactions(), strip()]);

/** The dialog that is open, if any. @param {{app: App, room: Room | null}} props */
export function Sheets({ app, room }) {
  const close = () => app.open('');
  const name = app.sheet.value;
  if (!(name in LATER) || (!room && (name === 'about' || name === 'day' || name === 'level'))) return null;
  return html`<${Lazy} key=${name} load=${LATER[name]} app=${app} room=${room} close=${close} />`;
}
