// What stands in the arch of the front door, for whoever comes by themselves or by an invitation: a name, a way to sign in,
// a new account.

import { say } from '../../core/words.js';
import { html, useEffect, useRef } from '../../vendor/preact.js';
import { Sign } from '../hall.js';
import { Entry, missing, Password, Submit, Trouble, useTask } from './form.js';

/** @typedef {import('../../app.js').App} App */
/** @typedef {import('../../store/door.js').Outside} Outside */

/** A new password's rule, as people read it. */
export const PASSWORD_HINT = 'door.atLeast';

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

/** A name is all that is asked. @param {{enter: (fields: {name: string}) => Promise<unknown>}} props */
export function NameOnly({ enter }) {
  const task = useTask();
  const submit = task.run(async ({ name }) => {
    if (!name.trim()) throw missing('name_needed', say('door.aName'));
    await enter({ name: name.trim() });
  });
  return html`<form onSubmit=${submit} novalidate>
    <${Entry} id="name" as="name" label=${say('door.whatDo')} autocomplete="nickname" autocapitalize="words" enterkeyhint="go" task=${task} />
    <${Trouble} task=${task} /><${Submit} task=${task}>${say('door.comeInX')}<//>
  </form>`;
}

/** @param {{app: App, outside: Outside}} props */
export function SignIn({ app, outside }) {
  const task = useTask();
  const enter = task.run(async ({ account, password }) => {
    if (!account.trim()) throw missing('name_needed', say('door.theName'));
    if (!password) throw missing('wrong_credentials', say('door.thePassword'));
    await app.session.enter('sessions', { account: account.trim(), password });
  });
  return html`<form onSubmit=${enter} novalidate>
    <${Entry} id="account" as="name" label=${say('door.yourName')} value=${outside.was?.account} autocomplete="username" task=${task} />
    <${Password} id="password" label=${say('door.password')} task=${task} />
    <${Trouble} task=${task} /><${Submit} task=${task}>${say('door.signIn')}<//>
  </form>`;
}

/**
 * A name and a password that are to become an account.
 * @param {{enter: (fields: {account: string, password: string}) => Promise<unknown>, go: string, name?: string}} props
 */
export function NewAccount({ enter, go, name }) {
  const task = useTask();
  const submit = task.run(async ({ account, password }) => {
    if (!account.trim()) throw missing('name_needed', say('door.aNameIs'));
    if (!password) throw missing('bad_password', say('door.aPassword'));
    await enter({ account: account.trim(), password });
  });
  return html`<form onSubmit=${submit} novalidate>
    <${Entry} id="account" as="name" label=${say('door.yourName')} value=${name} autocomplete="username" task=${task} />
    <${Password} id="password" label=${say('door.password')} fresh hint=${say(PASSWORD_HINT)} task=${task} />
    <${Trouble} task=${task} /><${Submit} task=${task}>${go}<//>
  </form>`;
}
