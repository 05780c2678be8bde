// How snug behaves for oneself, on all one's devices.

import { say } from '../../core/words.js';
import { html, useState } from '../../vendor/preact.js';
import { Dialog } from '../dialog.js';
import { useAttempt } from './attempt.js';

/** @typedef {import('../../app.js').App} App */
/** @typedef {import('../../store/prefs.js').Prefs} Prefs */

/** What the quiet hours are until one says otherwise. */
const NIGHT = { from: '22:00', to: '07:00' };

/** The languages that are spoken here, each by its own name. */
const LANGUAGES = [
  ['en', 'English'],
  ['de', 'Deutsch'],
  ['es', 'Español'],
  ['fr', 'Français'],
  ['zh', '简体中文'],
  ['ar', 'العربية'],
];

/** @param {{app: App, close: () => void}} props */
export function Preferences({ app, close }) {
  const { attempt, told } = useAttempt();
  const prefs = app.prefs.all.value;
  const set = (/** @type {Prefs} */ change) => attempt(() => app.prefs.set(change));
  const checked = (/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.currentTarget).checked;
  const value = (/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.currentTarget).value;
  const quiet = prefs.quiet ?? null;
  const theme = (/** @type {Event} */ event) => set({ theme: /** @type {Prefs['theme']} */ (value(event) || undefined) });
  return html`<${Dialog} title=${say('prefs.title')} close=${close}>
    ${told}
    <div class="field"><label for="theme">${say('prefs.theme')}</label><select id="theme" onChange=${theme}>
      ${[
        ['', say('prefs.system')],
        ['light', say('prefs.light')],
        ['dark', say('prefs.dark')],
      ].map(
        ([one, words]) => html`<option value=${one} selected=${(prefs.theme ?? '') === one}>${words}</option>`,
      )}</select></div>
    <div class="field"><label for="language">${say('prefs.language')}</label><select id="language" onChange=${(/** @type {Event} */ event) => attempt(() => app.prefs.speak(value(event)))}>
      <option value="" selected=${!prefs.language}>${say('prefs.browser')}</option>
      ${LANGUAGES.map(([tag, name]) => html`<option value=${tag} lang=${tag} selected=${prefs.language === tag}>${name}</option>`)}</select></div>
    <label class="choice"><input type="checkbox" checked=${prefs.notices ?? true} onChange=${(/** @type {Event} */ event) => set({ notices: checked(event) })} /><span>${say('prefs.notices')}<small>${say('prefs.noticesMore')}</small></span></label>
    <label class="choice"><input type="checkbox" checked=${prefs.sound ?? false} onChange=${(/** @type {Event} */ event) => set({ sound: checked(event) })} /><span>${say('prefs.sound')}</span></label>
    <p class="row at-top"><button class="plain" type="button" onClick=${() => app.attention().then((attention) => attention.tone())}>${say('prefs.try')}</button></p>
    <label class="choice"><input type="checkbox" checked=${quiet !== null} onChange=${(/** @type {Event} */ event) => set({ quiet: checked(event) ? NIGHT : null })} /><span>${say('prefs.quiet')}<small>${say('prefs.quietMore')}</small></span></label>
    ${
      quiet &&
      html`<div class="pair"><div class="field"><label for="quiet-begin">${say('prefs.since')}</label><input id="quiet-begin" type="time" value=${quiet.from} onChange=${(/** @type {Event} */ event) => value(event) && set({ quiet: { ...quiet, from: value(event) } })} /></div>
      <div class="field"><label for="quiet-end">${say('prefs.until')}</label><input id="quiet-end" type="time" value=${quiet.to} onChange=${(/** @type {Event} */ event) => value(event) && set({ quiet: { ...quiet, to: value(event) } })} /></div></div>`
    }
    <label class="choice"><input type="checkbox" checked=${prefs.enter === 'breaks'} onChange=${(/** @type {Event} */ event) => set({ enter: checked(event) ? 'breaks' : undefined })} /><span>${say('prefs.enter')}<small>${say('prefs.enterMore')}</small></span></label>
    <h3>${say('prefs.system2')}</h3>
    <${System} app=${app} />
  <//>`;
}

/** Notices of the system: asked for here only, and never again after a no. @param {{app: App}} props */
function System({ app }) {
  const [state, setState] = useState(globalThis.Notification?.permission ?? 'none');
  if (!app.secure) return html`<p class="faint">${say('prefs.plain')}</p>`;
  if (state === 'granted') return html`<p class="faint">${say('prefs.granted')}</p>`;
  if (state !== 'default') return html`<p class="faint">${say('prefs.denied')}</p>`;
  const ask = async () => setState(await Notification.requestPermission());
  return html`<p class="faint">${say('prefs.ask')}</p><p class="row"><button class="plain" type="button" onClick=${ask}>${say('prefs.allow')}</button></p>`;
}
