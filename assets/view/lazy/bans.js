// Who is kept out: people and addresses; keeping addresses out, and lifting a ban.

import { clock, dayTitle } from '../../core/time.js';
import { html, useRef, useState } from '../../vendor/preact.js';
import { BANS, Pick } from './asks.js';

import { Entry, missing, Submit, Trouble, useTask } from './form.js';
import { usePages } from './pages.js';

/** @typedef {import('../../store/keeping.js').Ban} Ban */

/** @param {{keeping: import('../../store/keeping.js').Keeping}} props */
export function Bans({ keeping }) {
  const [round, setRound] = useState(0);
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const { all, end, again } = usePages(async (before) => {
    const { bans, more } = await keeping.bans(before);
    return { found: bans, more };
  });
  const lift = async (/** @type {Ban} */ ban) => {
    await again(() => keeping.lift(ban.id));
    place.current?.focus();
  };
  const task = useTask('range-trouble');
  const add = task.run(async ({ addresses, minutes, why }) => {
    if (!addresses.trim()) throw missing('bad_name', 'An address is needed, or a range of them.');
    const ban = { addresses: addresses.trim(), reason: why.trim(), ...(Number(minutes) && { minutes: Number(minutes) }) };
    await keeping.ban(ban);
    setRound(round + 1);
    await again(async () => {});
  }, 'They are kept out now.');
  return html`<div tabindex="-1" class="anchor" ref=${place}>${all?.length === 0 && html`<p class="faint">Nobody.</p>`}</div>
    <ul class="offers whole">${all?.map((ban) => html`<${One} key=${ban.id} ban=${ban} lift=${() => lift(ban)} />`)}</ul>
    ${end}
    <form onSubmit=${add} novalidate key=${round}>
      <h3>Keep addresses out</h3>
      <p class="faint">One address, or a range such as 192.0.2.0/24. A person is banned from their message, or under “Everybody”.</p>
      <div class="pair"><${Entry} id="addresses" as="name" label="Addresses" autocomplete="off" task=${task} /><${Pick} id="minutes" label="For how long?" from=${BANS} value=${1440} /></div>
      <${Entry} id="why" label="Why? (the moderators read it)" maxlength="200" autocomplete="off" autocapitalize="sentences" />
      <${Trouble} task=${task} />
      <p class="row"><${Submit} task=${task} grave>Keep them out<//></p>
    </form>`;
}

/** @param {{ban: Ban, lift: () => void}} props */
function One({ ban, lift }) {
  const name = ban.user?.name ?? ban.addresses ?? '';
  const until = ban.until ? `until ${dayTitle(ban.until, Date.now())}, ${clock(ban.until)}` : 'until it is lifted';
  const words = [until, ban.by && `by ${ban.by.name}`, ban.reason];
  return html`<li><div><b>${name}</b><small>${words.filter(Boolean).join(' · ')}</small></div><button class="plain" type="button" aria-label=${`Lift the ban of ${name}`} onClick=${lift}>Lift</button></li>`;
}
