// Where one is signed in, and ending that.

import { device } from '../../core/agent.js';
import { when } from '../../core/ago.js';
import { say } from '../../core/words.js';
import { html, useEffect, useState } from '../../vendor/preact.js';

/** @typedef {import('../../store/account.js').OwnAccount} OwnAccount */
/** @typedef {import('../../store/account.js').Sitting} Sitting */

/** The list of sessions. @param {{own: OwnAccount}} props */
export function Sittings({ own }) {
  const [all, setAll] = useState(/** @type {readonly Sitting[] | null} */ (null));
  const [trouble, setTrouble] = useState('');
  const [done, setDone] = useState('');
  /** @param {() => Promise<unknown>} work @param {string} [what] */
  const attempt = async (work, what = '') => {
    setTrouble('');
    try {
      await work();
      setAll(await own.sittings());
      setDone(what);
    } catch (reason) {
      setTrouble(/** @type {Error} */ (reason).message);
    }
  };
  useEffect(() => void attempt(async () => {}), []);
  const others = all?.some((one) => !one.current);
  return html`<p class="trouble" role="alert">${trouble}</p><p class="done" role="status">${done}</p>
    ${!all && !trouble && html`<p class="faint">${say('pages.looking')}</p>`}
    <ul class="offers whole">${all?.map(
      (
        one,
      ) => html`<li key=${one.id}><div><b>${device(one.label)}</b><small>${one.current ? say('sittings.thisOne', { since: then(one.created_at) }) : say('sittings.lastHere', { when: then(one.seen_at), since: then(one.created_at) })}</small></div>
      ${!one.current && html`<button class="plain" type="button" aria-label=${say('bots.endName', { name: device(one.label) })} onClick=${() => attempt(() => own.end(one.id), say('sittings.thatSession'))}>${say('bots.end')}</button>`}</li>`,
    )}</ul>
    ${others && html`<p class="row"><button class="plain" type="button" onClick=${() => attempt(() => own.endOthers(), say('sittings.allOthers'))}>${say('sittings.endAll')}</button></p>`}`;
}

/** @param {number} at */
const then = (at) => when(at, Date.now());
