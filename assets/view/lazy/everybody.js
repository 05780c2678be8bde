// Everybody on this server: finding somebody, writing to them, and for those who keep order, what they may do.

import { mayServe } from '../../core/rights.js';
import { span } from '../../core/time.js';
import { say } from '../../core/words.js';
import { Keeping } from '../../store/keeping.js';
import { html, useEffect, useMemo, useRef, useState } from '../../vendor/preact.js';
import { Dialog } from '../dialog.js';
import { Arch } from '../parts.js';
import { useAttempt, writeTo } from './attempt.js';
import { Entry } from './form.js';
import { afterPause } from './pause.js';
import { roleInWords, whereabouts } from './people.js';
import { PersonSheet } from './person.js';

/** @typedef {import('../../app.js').App} App */
/** @typedef {import('../../store/keeping.js').Known} Known */

/** @type {Record<string, import('../../core/words.js').Word>} */
const STATES = { disabled: 'everybody.disabled', banned: 'everybody.banned', left: 'everybody.left' };

/** What somebody is, in a few words. @param {Known} known @param {number} now @param {number} [me] */
export function inWords(known, now, me) {
  const { id, role, bot, state, muted_until: muted = 0 } = known;
  const words = [
    id === me && say('names.you'),
    bot ? say('everybody.bot') : roleInWords(role),
    state && state in STATES && say(STATES[state]),
    muted > now && say('everybody.mutedFor', { span: span(muted - now) }),
    whereabouts(known, now),
  ];
  return words.filter(Boolean).join(' · ');
}

/** Whether one may write to somebody alone. @param {Known} known @param {number} [me] */
export const canBeWritten = ({ id, bot, state = 'active' }, me) => id !== me && !bot && state === 'active';

/** The sheet. @param {{app: App, close: () => void}} props */
export function Everybody({ app, close }) {
  const keeping = useMemo(() => new Keeping(app.http), []);
  const [q, setQ] = useState('');
  const [found, setFound] = useState(/** @type {{people: readonly Known[], more: boolean} | null} */ (null));
  const { attempt, told } = useAttempt();
  const [one, setOne] = useState(/** @type {Known | null} */ (null));
  const back = useRef(0);
  useEffect(() => {
    const look = (/** @type {() => boolean} */ stale) =>
      attempt(async () => {
        const page = await keeping.people(q.trim(), 0);
        if (!stale()) setFound(page);
      });
    return afterPause(app.timers, look, !found);
  }, [q, one === null]);
  useEffect(() => {
    if (!one && back.current) document.getElementById(`person-${back.current}`)?.focus();
    back.current = one?.id ?? 0;
    return undefined;
  }, [one?.id ?? 0]);
  const me = app.session.me.value;
  const write = (/** @type {Known} */ { id }) => attempt(() => writeTo(app, id, close));
  const further = () =>
    attempt(async () => {
      const next = await keeping.people(q.trim(), found?.people.at(-1)?.id ?? 0);
      setFound({ people: [...(found?.people ?? []), ...next.people], more: next.more });
    });
  if (one)
    return html`<${PersonSheet} app=${app} keeping=${keeping} known=${one} changed=${setOne} back=${() => setOne(null)} close=${close} write=${write} />`;
  const type = (/** @type {Event} */ event) => setQ(/** @type {HTMLInputElement} */ (event.currentTarget).value);
  const keeps = mayServe(me?.role, 'moderate');
  return html`<${Dialog} title=${say('hall.everybody')} close=${close}>
    <${Entry} id="who" label=${say('everybody.who')} type="search" value=${q} autocomplete="off" onInput=${type} />
    ${told}
    <ul class="offers people tall" aria-label=${say('hall.people')} tabindex="0">${found?.people.map(
      (
        known,
      ) => html`<li key=${known.id}><${Arch} person=${known} small on=${known.here} /><div><b>${known.name}</b><small>${inWords(known, Date.now(), me?.id)}</small></div>
        ${
          keeps && known.id !== me?.id
            ? html`<button class="plain" type="button" id=${`person-${known.id}`} aria-label=${say('everybody.aboutName', { name: known.name })} onClick=${() => setOne(known)}>${say('everybody.about')}</button>`
            : canBeWritten(known, me?.id) &&
              html`<button class="plain" type="button" aria-label=${say('everybody.writeTo', { name: known.name })} onClick=${() => write(known)}>${say('everybody.write')}</button>`
        }</li>`,
    )}</ul>
    <p class="faint" role="status">${summary(found, q)}</p>
    ${found?.more && html`<p class="row"><button class="plain" type="button" onClick=${further}>${say('everybody.showMore')}</button></p>`}
  <//>`;
}

/** @param {{people: readonly Known[]} | null} found @param {string} q */
function summary(found, q) {
  if (!found) return say('everybody.lookingAround');
  if (found.people.length > 0) return '';
  return q.trim() ? say('everybody.nobodyOf') : say('everybody.nobodyYet');
}
