// One's bots: making one for some rooms, its token, which is shown once, and ending one.

import { clock, dayTitle } from '../../core/time.js';
import { say } from '../../core/words.js';
import { Keeping } from '../../store/keeping.js';
import { html, useEffect, useMemo, useState } from '../../vendor/preact.js';
import { Arch } from '../parts.js';
import { useAttempt } from './attempt.js';
import { ToCopy } from './copy.js';
import { Entry, missing, Submit, Trouble, useTask } from './form.js';

/** @typedef {import('../../app.js').App} App */
/** @typedef {import('../../store/keeping.js').Bot} Bot */

/** The bots. @param {{app: App}} props */
export function Bots({ app }) {
  const keeping = useMemo(() => new Keeping(app.http), []);
  const [all, setAll] = useState(/** @type {readonly Bot[] | null} */ (null));
  const [token, setToken] = useState('');
  const { attempt, told } = useAttempt();
  const look = async () => setAll(await keeping.bots());
  useEffect(() => void attempt(look), []);
  const make = async (/** @type {string} */ name, /** @type {number[]} */ rooms) => {
    setToken((await keeping.makeBot(name, rooms)).token);
    void attempt(look);
  };
  const names = (/** @type {Bot} */ bot) => bot.rooms.map((room) => room.name).join(', ');
  return html`<p class="faint">${say('bots.aBot')}</p>
    ${told}
    <ul class="offers whole">${all?.map(
      (
        bot,
      ) => html`<li key=${bot.id}><${Arch} person=${bot.user} small /><div><b>${bot.user.name}</b><small>${say('bots.roomsLast', { rooms: names(bot), day: dayTitle(bot.seen_at, Date.now()), time: clock(bot.seen_at) })}</small></div>
      <button class="plain" type="button" aria-label=${say('bots.endName', { name: bot.user.name })} onClick=${() => attempt(() => keeping.revokeBot(bot.id).then(look))}>${say('bots.end')}</button></li>`,
    )}</ul>
    ${token ? html`<${Token} token=${token} done=${() => setToken('')} />` : html`<${Making} app=${app} make=${make} />`}`;
}

/** @param {{app: App, make: (name: string, rooms: number[]) => Promise<void>}} props */
function Making({ app, make }) {
  const task = useTask('bot-trouble');
  const rooms = app.rooms.rooms.value.filter((room) => !room.archived.value);
  const submit = task.run(async ({ bot, ...typed }) => {
    const chosen = rooms.filter((room) => `bot-in-${room.id}` in typed).map((room) => room.id);
    if (!bot.trim()) throw missing('name_needed', say('bots.aBotNeeds'));
    if (chosen.length === 0) throw missing('', say('bots.chooseA'));
    await make(bot.trim(), chosen);
  });
  return html`<form onSubmit=${submit} novalidate>
    <${Entry} id="bot" as="name" label=${say('bots.whatIs')} autocomplete="off" autocapitalize="words" task=${task} />
    <fieldset><legend>${say('bots.whereMay')}</legend><div class="people" tabindex="0" role="group" aria-label=${say('hall.rooms')}>${rooms.map((room) => html`<label class="choice" key=${room.id}><input type="checkbox" name=${`bot-in-${room.id}`} /> ${room.name.value}</label>`)}</div></fieldset>
    <${Trouble} task=${task} />
    <p class="row"><${Submit} task=${task}>${say('bots.makeThe')}<//></p>
  </form>`;
}

/** @param {{token: string, done: () => void}} props */
function Token({ token, done }) {
  return html`<p class="faint">${say('bots.thisIs')}</p>
    <${ToCopy} id="token" label=${say('bots.theToken')} value=${token} otherwise=${say('bots.theTokenIs')} />
    <p class="row"><button class="plain" type="button" onClick=${done}>${say('bots.iHave')}</button></p>`;
}
