// Who is kept out: people and addresses; keeping addresses out, and lifting a ban.

import { clock, dayTitle } from '../../core/time.js';
import { say } from '../../core/words.js';
import { html, useRef, useState } from '../../vendor/preact.js';
import { BANS, inWords, Pick } from './asks.js';
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
    if (!addresses.trim()) throw missing('bad_name', say('bans.anAddress'));
    const ban = { addresses: addresses.trim(), reason: why.trim(), ...(Number(minutes) && { minutes: Number(minutes) }) };
    await keeping.ban(ban);
    setRound(round + 1);
    await again(async () => {});
  }, say('bans.theyAre'));
  return html`<div tabindex="-1" class="anchor" ref=${place}>${all?.length === 0 && html`<p class="faint">${say('bans.nobody')}</p>`}</div>
    <ul class="offers whole">${all?.map((ban) => html`<${One} key=${ban.id} ban=${ban} lift=${() => lift(ban)} />`)}</ul>
    ${end}
    <form onSubmit=${add} novalidate key=${round}>
      <h3>${say('bans.keepAddresses')}</h3>
      <p class="faint">${say('bans.oneAddress')}</p>
      <div class="pair"><${Entry} id="addresses" as="name" label=${say('bans.addresses')} autocomplete="off" task=${task} /><${Pick} id="minutes" label=${say('asks.forHow')} from=${inWords(BANS)} value=${1440} /></div>
      <${Entry} id="why" label=${say('asks.whyThe')} maxlength="200" autocomplete="off" autocapitalize="sentences" />
      <${Trouble} task=${task} />
      <p class="row"><${Submit} task=${task} grave>${say('bans.keepThem')}<//></p>
    </form>`;
}

/** @param {{ban: Ban, lift: () => void}} props */
function One({ ban, lift }) {
  const name = ban.user?.name ?? ban.addresses ?? '';
  const until = ban.until
    ? say('bans.untilDay', { day: dayTitle(ban.until, Date.now()), time: clock(ban.until) })
    : say('bans.untilIt');
  const words = [until, ban.by && say('bans.byName', { name: ban.by.name }), ban.reason];
  return html`<li><div><b>${name}</b><small>${words.filter(Boolean).join(' · ')}</small></div><button class="plain" type="button" aria-label=${say('bans.liftThe', { name })} onClick=${lift}>${say('bans.lift')}</button></li>`;
}
