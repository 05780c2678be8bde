// Where one is signed in, and ending that.

import { device } from '../../core/agent.js';
import { clock, dayTitle } from '../../core/time.js';
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
    ${!all && !trouble && html`<p class="faint">Looking…</p>`}
    <ul class="offers whole">${all?.map(
      (
        one,
      ) => html`<li key=${one.id}><div><b>${device(one.label)}</b><small>${one.current ? 'This one' : `Last here: ${when(one.seen_at)}`} · since ${when(one.created_at)}</small></div>
      ${!one.current && html`<button class="plain" type="button" aria-label=${`End ${device(one.label)}`} onClick=${() => attempt(() => own.end(one.id), 'That session has ended.')}>End</button>`}</li>`,
    )}</ul>
    ${others && html`<p class="row"><button class="plain" type="button" onClick=${() => attempt(() => own.endOthers(), 'All others have ended.')}>End all others</button></p>`}`;
}

/** @param {number} at */
const when = (at) => `${dayTitle(at, Date.now())}, ${clock(at)}`;
