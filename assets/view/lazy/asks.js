// What is asked before something is done about a message or about somebody.

import { say } from '../../core/words.js';
import { Keeping } from '../../store/keeping.js';
import { html } from '../../vendor/preact.js';
import { Dialog } from '../dialog.js';
import { Entry, missing, Submit, Trouble, useTask } from './form.js';

/** @typedef {import('../../app.js').App} App */
/** @typedef {import('../../core/proto.js').Person} Person */
/** @typedef {import('./form.js').Task} Task */

/**
 * @typedef {{app: App, room: import('../../store/room.js').Room, host: import('../../store/host.js').Host,
 *   row: import('../../core/rows.js').MessageRow, person: Person, close: () => void}} Props
 */

/** How long a mute lasts, in minutes, and in words. @type {readonly [number, import('../../core/words.js').Word][]} */
const MUTES = [
  [10, 'asks.10Minutes'],
  [60, 'asks.anHour'],
  [1440, 'asks.aDay'],
  [10_080, 'asks.aWeek'],
];

/** How long a ban lasts, in minutes; 0: until it is lifted. @type {readonly [number, import('../../core/words.js').Word][]} */
const BANS = [
  [1440, 'asks.aDay'],
  [10_080, 'asks.aWeek'],
  [43_200, 'asks.30Days'],
  [0, 'asks.untilSomebody'],
];

/** How much of a message stands in a question, in characters. */
const QUOTE_CHARS = 300;

/** @param {{text: string}} props */
const Quote = ({ text }) =>
  html`<blockquote class="quote" tabindex="0">${text.length > QUOTE_CHARS ? `${text.slice(0, QUOTE_CHARS)}…` : text}</blockquote>`;

/** The end of every question: what went wrong, and the two ways on; once done, the one way out. @param {{task: Task, close: () => void, no?: string, grave?: boolean, children?: unknown}} props */
function Answer({ task, close, no = say('day.cancel'), grave = true, children }) {
  return html`<${Trouble} task=${task} /><p class="row">${
    task.done
      ? html`<button class="plain" type="button" onClick=${close}>${say('dialog.close')}</button>`
      : html`<button class="plain" type="button" onClick=${close}>${no}</button><${Submit} task=${task} grave=${grave}>${children}<//>`
  }</p>`;
}

/** @param {{id: string, label: string, from: readonly (readonly [string | number, string])[], value?: string | number}} props */
export function Pick({ id, label, from, value }) {
  return html`<div class="field"><label for=${id}>${label}</label>
    <select id=${id} name=${id}>${from.map(([one, words]) => html`<option value=${one} selected=${one === value}>${words}</option>`)}</select></div>`;
}

/** Durations in words. @param {readonly (readonly [number, import('../../core/words.js').Word])[]} all @returns {[number, string][]} */
export const inWords = (all) => all.map(([one, word]) => [one, say(word)]);

/** Deletes a message. @param {Props} props */
export function Delete({ app, host, row, close }) {
  const task = useTask('ask-trouble');
  const run = task.run(async () => {
    await host.strike(row.seq);
    close();
    app.rest(!app.coarse());
  });
  return html`<${Dialog} title=${row.mine ? say('asks.deleteYour') : say('asks.deleteThe', { name: row.by.name })} close=${close}>
    <form onSubmit=${run}><${Quote} text=${row.text} />
      <p class="faint">${say('asks.itsWords')}</p>
      <${Answer} task=${task} close=${close} no=${say('asks.keepIt')}>${say('asks.delete')}<//></form>
  <//>`;
}

/** Shows a message to the moderators. @param {Props} props */
export function Report({ host, row, close }) {
  const task = useTask('ask-trouble');
  const run = task.run(async ({ reason }) => {
    if (!reason.trim()) throw missing('', say('asks.aFew'));
    await host.report(row.seq, reason.trim());
  }, say('asks.theModeratorsWill'));
  return html`<${Dialog} title=${say('asks.reportThis')} close=${close}>
    <form onSubmit=${run} novalidate><${Quote} text=${row.text} />
      <p class="faint">${say('asks.theModerators', { name: row.by.name })}</p>
      ${!task.done && html`<${Entry} id="reason" autofocus label=${say('asks.whatIs')} maxlength="500" autocomplete="off" autocapitalize="sentences" />`}
      <${Answer} task=${task} close=${close} grave=${false}>${say('asks.report')}<//></form>
  <//>`;
}

/** Mutes somebody for a time. @param {{app: App, person: Person, close: () => void, changed?: (known: import('../../store/keeping.js').Known) => void}} props */
export function MuteForm({ app, person, close, changed }) {
  const task = useTask('ask-trouble');
  const run = task.run(
    async ({ minutes }) => {
      const known = await new Keeping(app.http).change(person.id, { muted_minutes: Number(minutes) });
      changed?.(known);
    },
    say('asks.nameCan', { name: person.name }),
  );
  return html`<${Dialog} title=${say('asks.muteName', { name: person.name })} close=${close}>
    <form onSubmit=${run}><p class="faint">${say('asks.theyHear')}</p>
      ${!task.done && html`<${Pick} id="minutes" label=${say('asks.forHow')} from=${inWords(MUTES)} value=${60} />`}
      <${Answer} task=${task} close=${close}>${say('asks.mute')}<//></form>
  <//>`;
}

/** Takes somebody out of the room. @param {Props} props */
export function Remove({ room, host, person, close }) {
  const task = useTask('ask-trouble');
  const run = task.run(async () => {
    await host.remove(person.id);
    close();
  });
  return html`<${Dialog} title=${say('asks.removeName', { name: person.name, room: room.name.value })} close=${close}>
    <form onSubmit=${run}><p class="faint">${say(room.kind === 'open' ? 'asks.removeOpen' : 'asks.removeClosed')}</p>
      <${Answer} task=${task} close=${close} no=${say('asks.keep')}>${say('asks.remove')}<//></form>
  <//>`;
}

/** Bans somebody. @param {{app: App, person: Person, close: () => void, changed?: (known: import('../../store/keeping.js').Known | null) => void}} props */
export function BanForm({ app, person, close, changed }) {
  const task = useTask('ask-trouble');
  const run = task.run(
    async ({ minutes, reason }) => {
      await new Keeping(app.http).ban({
        user: person.id,
        reason: reason.trim(),
        ...(Number(minutes) && { minutes: Number(minutes) }),
      });
      changed?.(null);
    },
    say('asks.nameIs', { name: person.name }),
  );
  return html`<${Dialog} title=${say('asks.banName', { name: person.name })} close=${close}>
    <form onSubmit=${run} novalidate><p class="faint">${say('asks.theyLose')}</p>
      ${!task.done && html`<${Pick} id="minutes" label=${say('asks.forHow')} from=${inWords(BANS)} value=${1440} /><${Entry} id="reason" label=${say('asks.whyThe')} maxlength="200" autocomplete="off" autocapitalize="sentences" />`}
      <${Answer} task=${task} close=${close}>${say('asks.ban')}<//></form>
  <//>`;
}

export { BANS };
