// Where one is signed in, and ending that.

import { device } from '../../core/agent.js';
import { when } from '../../core/ago.js';
import { say } from '../../core/words.js';
import { html, useEffect, useState } from '../../vendor/preact.js';
import { useAttempt } from './attempt.js';

/** @typedef {import('../../store/account.js').OwnAccount} OwnAccount */
/** @typedef {import('../../store/account.js').Sitting} Sitting */

/** The list of sessions. @param {{own: OwnAccount}} props */
export function Sittings({ own }) {
  const [all, setAll] = useState(/** @type {readonly Sitting[] | null} */ (null));
  const { attempt, trouble, told } = useAttempt();
  const look = async () => setAll(await own.sittings());
  useEffect(() => void attempt(look), []);
  const others = all?.some((one) => !one.current);
  return html`${told}
    ${!all && !trouble && html`<p class="faint">${say('pages.looking')}</p>`}
    <ul class="offers whole">${all?.map(
      (
        one,
      ) => html`<li key=${one.id}><div><b>${device(one.label)}</b><small>${one.current ? say('sittings.thisOne', { since: then(one.created_at) }) : say('sittings.lastHere', { when: then(one.seen_at), since: then(one.created_at) })}</small></div>
      ${!one.current && html`<button class="plain" type="button" aria-label=${say('bots.endName', { name: device(one.label) })} onClick=${() => attempt(() => own.end(one.id).then(look), say('sittings.thatSession'))}>${say('bots.end')}</button>`}</li>`,
    )}</ul>
    ${others && html`<p class="row"><button class="plain" type="button" onClick=${() => attempt(() => own.endOthers().then(look), say('sittings.allOthers'))}>${say('sittings.endAll')}</button></p>`}`;
}

/** @param {number} at */
const then = (at) => when(at, Date.now());
