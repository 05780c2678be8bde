// The front door: sign in, sign up, or walk in; and why one is outside, if one was in.

import { say } from '../../core/words.js';
import { html, useEffect, useState } from '../../vendor/preact.js';
import { Lazy } from '../lazy.js';
import { Gate, NameOnly, NewAccount, SignIn } from './gate.js';

/** @typedef {import('../../app.js').App} App */
/** @typedef {import('../../store/door.js').Outside} Outside */
/** @typedef {'guest' | 'in' | 'up'} Way */

const shut = () => import('./shut.js').then((module) => module.Shut);

/** The door, as one stands before it. @param {{app: App, outside: Outside}} props */
export function FrontDoor({ app, outside }) {
  const [way, setWay] = useState(firstWay(outside));
  useEffect(() => {
    app.open('');
    return undefined;
  }, []);
  if (way === 'guest' && (outside.why === 'banned' || (outside.setup && !outside.guests)))
    return html`<${Lazy} load=${shut} outside=${outside} other=${() => setWay('in')} close=${() => location.reload()} />`;
  const { title, words } = greeting(outside, way);
  const form = { guest: WalkIn, in: SignIn, up: SignUp }[way];
  return html`<${Gate} title=${title} words=${words} focus=${way}>
    <${form} app=${app} outside=${outside} key=${way} />
    <${Ways} outside=${outside} way=${way} go=${setWay} />
  <//>`;
}

/** @param {Outside} outside @returns {Way} */
function firstWay({ why, was, guests, setup }) {
  if (why === 'banned') return 'guest';
  if (was?.account) return 'in';
  return guests || setup ? 'guest' : 'in';
}

/** @param {Outside} outside @param {Way} way */
function greeting({ why, was, guests }, way) {
  const title = { guest: say('door.comeIn'), in: say('door.goodTo'), up: say('door.makeYourself') }[way];
  if (why !== 'ended' || !was || way === 'up') return { title };
  if (was.account) return { title: say('door.yourSession'), words: say('door.signInTo') };
  return { title: say('door.yourVisit'), words: say(guests ? 'door.anew' : 'door.another', { name: was.name }) };
}

/** The other ways in. @param {{outside: Outside, way: Way, go: (way: Way) => void}} props */
function Ways({ outside, way, go }) {
  const { guests, sign_up: signUp, setup } = outside;
  return html`<ul class="others">
    ${way !== 'in' && html`<li><button type="button" onClick=${() => go('in')}>${say('door.iHave')}</button></li>`}
    ${way !== 'up' && signUp === 'open' && html`<li><button type="button" onClick=${() => go('up')}>${say('door.makeAn')}</button></li>`}
    ${way !== 'guest' && guests && html`<li><button type="button" onClick=${() => go('guest')}>${say('door.comeInAs')}</button></li>`}
  </ul>
  ${way === 'in' && !guests && signUp === 'invitation' && html`<p class="faint">${say('door.newHere')}</p>`}
  ${way === 'in' && !guests && signUp === 'closed' && html`<p class="faint">${say('door.newHereOnly')}</p>`}
  ${setup && html`<p class="faint">${say('door.nobodyOwns')}</p>`}`;
}

/** @param {{app: App}} props */
function WalkIn({ app }) {
  return html`<${NameOnly} enter=${(/** @type {object} */ fields) => app.session.enter('guests', fields)} />`;
}

/** @param {{app: App}} props */
function SignUp({ app }) {
  const enter = (/** @type {object} */ fields) => app.session.enter('accounts', fields);
  return html`<${NewAccount} enter=${enter} go=${say('door.makeThe')} />`;
}
