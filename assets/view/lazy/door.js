// The front door: sign in, sign up, or walk in; and why one is outside, if one was in.

import { html, useEffect, useRef, useState } from '../../vendor/preact.js';
import { Sign } from '../hall.js';
import { Entry, missing, Password, Submit, Trouble, useTask } from './form.js';

/** @typedef {import('../../app.js').App} App */
/** @typedef {import('../../store/door.js').Outside} Outside */
/** @typedef {'guest' | 'in' | 'up'} Way */

/** A new password's rule, as people read it. */
export const PASSWORD_HINT = 'At least 8 characters. A few plain words in a row are good.';

/**
 * An arch of light with something in it. The first field that is empty gets the focus whenever `focus` changes.
 * @param {{title: string, words?: import('../../vendor/preact.js').Child, focus?: unknown, children?: import('../../vendor/preact.js').Child}} props
 */
export function Gate({ title, words, focus, children }) {
  const gate = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    const empty = [...(gate.current?.querySelectorAll('input') ?? [])].find((field) => !field.value);
    (empty ?? gate.current?.querySelector('h1'))?.focus();
    return undefined;
  }, [focus, title]);
  return html`<main class="front"><div class="gate" ref=${gate}>
    <${Sign} />
    <h1 tabindex="-1">${title}</h1>
    ${words && html`<p class="words">${words}</p>`}
    ${children}
  </div></main>`;
}

/** The door, as one stands before it. @param {{app: App, outside: Outside}} props */
export function FrontDoor({ app, outside }) {
  const [way, setWay] = useState(firstWay(outside));
  useEffect(() => {
    app.open('');
    return undefined;
  }, []);
  if (outside.why === 'banned' && way === 'guest') return html`<${Banned} outside=${outside} other=${() => setWay('in')} />`;
  if (outside.setup && !outside.guests && way === 'guest') return html`<${Empty} />`;
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
  const title = { guest: 'Come in, it is warm.', in: 'Good to see you.', up: 'Make yourself at home.' }[way];
  if (why !== 'ended' || !was || way === 'up') return { title };
  if (was.account) return { title: 'Your session has ended.', words: 'Sign in to go on; what you have written waits.' };
  const next = guests ? 'Come in anew.' : 'Ask for another invitation.';
  return { title: 'Your visit has ended.', words: `You had no account, so nobody can come back as ${was.name}. ${next}` };
}

/** The other ways in. @param {{outside: Outside, way: Way, go: (way: Way) => void}} props */
function Ways({ outside, way, go }) {
  const { guests, sign_up: signUp, setup } = outside;
  return html`<ul class="others">
    ${way !== 'in' && html`<li><button type="button" onClick=${() => go('in')}>I have an account</button></li>`}
    ${way !== 'up' && signUp === 'open' && html`<li><button type="button" onClick=${() => go('up')}>Make an account</button></li>`}
    ${way !== 'guest' && guests && html`<li><button type="button" onClick=${() => go('guest')}>Come in as a guest</button></li>`}
  </ul>
  ${way === 'in' && !guests && signUp === 'invitation' && html`<p class="faint">New here? One comes in by invitation only: ask somebody inside for a link.</p>`}
  ${way === 'in' && !guests && signUp === 'closed' && html`<p class="faint">New here? Only whoever runs this house makes accounts: ask them for one.</p>`}
  ${setup && html`<p class="faint">Nobody owns this house yet. The link that snug printed when it started opens it.</p>`}`;
}

/** @param {{app: App}} props */
function WalkIn({ app }) {
  const task = useTask();
  const enter = task.run(async ({ name }) => {
    if (!name.trim()) throw missing('name_needed', 'A name is needed, so that the others know who is speaking.');
    await app.session.enter('guests', { name: name.trim() });
  });
  return html`<form onSubmit=${enter} novalidate>
    <${Entry} id="name" as="name" label="What do people call you?" autocomplete="nickname" autocapitalize="words" enterkeyhint="go" task=${task} />
    <${Trouble} task=${task} /><${Submit} task=${task}>Come in<//>
  </form>`;
}

/** @param {{app: App, outside: Outside}} props */
export function SignIn({ app, outside }) {
  const task = useTask();
  const enter = task.run(async ({ account, password }) => {
    if (!account.trim()) throw missing('name_needed', 'The name that you sign in with is missing.');
    if (!password) throw missing('wrong_credentials', 'The password is missing.');
    await app.session.enter('sessions', { account: account.trim(), password });
  });
  return html`<form onSubmit=${enter} novalidate>
    <${Entry} id="account" as="name" label="Your name" value=${outside.was?.account} autocomplete="username" task=${task} />
    <${Password} id="password" label="Password" task=${task} />
    <${Trouble} task=${task} /><${Submit} task=${task}>Sign in<//>
  </form>`;
}

/** @param {{app: App}} props */
function SignUp({ app }) {
  const enter = (/** @type {object} */ fields) => app.session.enter('accounts', fields);
  return html`<${NewAccount} enter=${enter} go="Make the account" />`;
}

/**
 * A name and a password that are to become an account.
 * @param {{enter: (fields: {account: string, password: string}) => Promise<unknown>, go: string, name?: string}} props
 */
export function NewAccount({ enter, go, name }) {
  const task = useTask();
  const submit = task.run(async ({ account, password }) => {
    if (!account.trim()) throw missing('name_needed', 'A name is needed. You sign in with it, and people see it.');
    if (!password) throw missing('bad_password', 'A password is needed.');
    await enter({ account: account.trim(), password });
  });
  return html`<form onSubmit=${submit} novalidate>
    <${Entry} id="account" as="name" label="Your name" value=${name} autocomplete="username" task=${task} />
    <${Password} id="password" label="Password" fresh hint=${PASSWORD_HINT} task=${task} />
    <${Trouble} task=${task} /><${Submit} task=${task}>${go}<//>
  </form>`;
}

/** Nobody has set the house up. */
function Empty() {
  const words = html`Whoever started snug finds a link in what it printed. That link opens this door and makes them the owner.
    A new one comes with <code>snug setup-link</code>.`;
  return html`<${Gate} title="Nobody lives here yet." words=${words} />`;
}

/** @param {{outside: Outside, other: () => void}} props */
function Banned({ outside, other }) {
  const words =
    outside.text ||
    'You are banned here. If that is a mistake, ask the people who run this house. What you have written stays on this device.';
  return html`<${Gate} title="This door stays closed." words=${words}>
    <ul class="others">
      ${outside.was && html`<li><button type="button" onClick=${other}>Sign in as somebody else</button></li>`}
      <li><button type="button" onClick=${() => location.reload()}>Knock again</button></li>
    </ul>
  <//>`;
}
