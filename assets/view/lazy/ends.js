// The ways out of a room: leaving it, which asks, and deleting it, which wants its name typed again.

import { say } from '../../core/words.js';
import { html, useEffect, useRef, useState } from '../../vendor/preact.js';
import { Fold } from './fold.js';
import { Entry, missing, Submit, Trouble, useTask } from './form.js';

/** @typedef {import('./details.js').Props} Props */

/** Everything that ends something, where one may. @param {Props} props */
export function Ends(props) {
  return html`${props.can('demolish') && html`<${Fold} title=${say('ends.deleteThis')}><${Demolish} ...${props} /><//>`}
    ${props.can('leave') && html`<${Leave} ...${props} />`}`;
}

/** @param {Props} props */
function Demolish({ app, room, host, close }) {
  const task = useTask('demolish-trouble');
  const name = room.name.value;
  const end = task.run(async (typed) => {
    if (typed.demolish.trim() !== name) throw missing('bad_name', say('ends.typeThe', { name }));
    await host.demolish(name);
    close();
    if (app.narrow.peek()) app.goHall();
  });
  return html`<form onSubmit=${end} novalidate>
    <p class="faint">${say('ends.everybodyLoses')}</p>
    <${Entry} id="demolish" as="name" label=${say('ends.toBe', { name })} task=${task} autocomplete="off" />
    <${Trouble} task=${task} />
    <p class="row"><button class="enter grave" aria-disabled=${task.busy ? 'true' : undefined}>${say('ends.deleteFor')}</button></p>
  </form>`;
}

/** @param {Props} props */
function Leave({ app, room, host, close }) {
  const task = useTask('leave-trouble');
  const [asks, setAsks] = useState(false);
  const stay = useRef(/** @type {HTMLElement | null} */ (null));
  const button = useRef(/** @type {HTMLElement | null} */ (null));
  const was = useRef(false);
  useEffect(() => {
    if (asks) stay.current?.focus();
    else if (was.current) button.current?.focus();
    was.current = asks;
    return undefined;
  }, [asks]);
  const leave = task.run(async () => {
    await host.leave();
    close();
    app.goHall();
  });
  if (!asks)
    return html`<p class="row end"><span></span><button class="plain" type="button" ref=${button} onClick=${() => setAsks(true)}>${say('ends.leaveThis')}</button></p>`;
  const words = room.kind === 'open' ? say('ends.youMay') : say('ends.youCannot');
  return html`<form onSubmit=${leave}><${Trouble} task=${task} /><div class="row end"><span class="faint">${words}</span>
    <span class="ways"><button class="plain" type="button" ref=${stay} onClick=${() => setAsks(false)}>${say('ends.stay')}</button><${Submit} task=${task} grave quiet>${say('ends.leave')}<//></span></div></form>`;
}
