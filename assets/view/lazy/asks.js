// What is asked before something is done about a message or about somebody.

import { Keeping } from '../../store/keeping.js';
import { html } from '../../vendor/preact.js';
import { Dialog } from '../dialog.js';
import { Entry, missing, Submit, Trouble, useTask } from './form.js';

/** @typedef {import('../../app.js').App} App */
/** @typedef {import('../../core/proto.js').Person} Person */
/** @typedef {import('./form.js').Task} Task */

/**
 * @typedef {{app: App, room: import('../../store/rooms.js').Room, host: import('../../store/host.js').Host,
 *   row: import('../../core/rows.js').MessageRow, person: Person, close: () => void}} Props
 */

/** How long a mute lasts, in minutes, and in words. @type {readonly [number, string][]} */
const MUTES = [
  [10, '10 minutes'],
  [60, 'An hour'],
  [1440, 'A day'],
  [10_080, 'A week'],
];

/** How long a ban lasts, in minutes; 0: until it is lifted. @type {readonly [number, string][]} */
const BANS = [
  [1440, 'A day'],
  [10_080, 'A week'],
  [43_200, '30 days'],
  [0, 'Until somebody lifts it'],
];

/** How much of a message stands in a question, in characters. */
const QUOTE_CHARS = 300;

/** @param {{text: string}} props */
const Quote = ({ text }) =>
  html`<blockquote class="quote" tabindex="0">${text.length > QUOTE_CHARS ? `${text.slice(0, QUOTE_CHARS)}…` : text}</blockquote>`;

/** The end of every question: what went wrong, and the two ways on; once done, the one way out. @param {{task: Task, close: () => void, no?: string, grave?: boolean, children?: unknown}} props */
function Answer({ task, close, no = 'Cancel', grave = true, children }) {
  return html`<${Trouble} task=${task} /><p class="row">${
    task.done
      ? html`<button class="plain" type="button" onClick=${close}>Close</button>`
      : html`<button class="plain" type="button" onClick=${close}>${no}</button><${Submit} task=${task} grave=${grave}>${children}<//>`
  }</p>`;
}

/** @param {{id: string, label: string, from: readonly (readonly [string | number, string])[], value?: string | number}} props */
export function Pick({ id, label, from, value }) {
  return html`<div class="field"><label for=${id}>${label}</label>
    <select id=${id} name=${id}>${from.map(([one, words]) => html`<option value=${one} selected=${one === value}>${words}</option>`)}</select></div>`;
}

/** Deletes a message. @param {Props} props */
export function Delete({ app, host, row, close }) {
  const task = useTask('ask-trouble');
  const run = task.run(async () => {
    await host.strike(row.seq);
    close();
    app.rest(!app.coarse());
  });
  return html`<${Dialog} title=${row.mine ? 'Delete your message?' : `Delete the message of ${row.by.name}?`} close=${close}>
    <form onSubmit=${run}><${Quote} text=${row.text} />
      <p class="faint">Its words go, for everybody and for good. A line says that something was removed.</p>
      <${Answer} task=${task} close=${close} no="Keep it">Delete<//></form>
  <//>`;
}

/** Shows a message to the moderators. @param {Props} props */
export function Report({ host, row, close }) {
  const task = useTask('ask-trouble');
  const run = task.run(async ({ reason }) => {
    if (!reason.trim()) throw missing('', 'A few words are needed, so that the moderators know what to look for.');
    await host.report(row.seq, reason.trim());
  }, 'The moderators will look at it. Thank you.');
  return html`<${Dialog} title="Report this message" close=${close}>
    <form onSubmit=${run} novalidate><${Quote} text=${row.text} />
      <p class="faint">The moderators who are in this room see it, with your name and your reason. ${row.by.name} is not told.</p>
      ${!task.done && html`<${Entry} id="reason" label="What is wrong with it?" maxlength="500" autocomplete="off" autocapitalize="sentences" />`}
      <${Answer} task=${task} close=${close} grave=${false}>Report<//></form>
  <//>`;
}

/** Mutes somebody for a time. @param {{app: App, person: Person, close: () => void, changed?: (known: import('../../store/keeping.js').Known) => void}} props */
export function MuteForm({ app, person, close, changed }) {
  const task = useTask('ask-trouble');
  const run = task.run(async ({ minutes }) => {
    const known = await new Keeping(app.http).change(person.id, { muted_minutes: Number(minutes) });
    changed?.(known);
  }, `${person.name} can read, and not write, until then.`);
  return html`<${Dialog} title=${`Mute ${person.name}?`} close=${close}>
    <form onSubmit=${run}><p class="faint">They hear everything and write nothing, in any room. They are told for how long.</p>
      ${!task.done && html`<${Pick} id="minutes" label="For how long?" from=${MUTES} value=${60} />`}
      <${Answer} task=${task} close=${close}>Mute<//></form>
  <//>`;
}

/** Takes somebody out of the room. @param {Props} props */
export function Remove({ room, host, person, close }) {
  const task = useTask('ask-trouble');
  const run = task.run(async () => {
    await host.remove(person.id);
    close();
  });
  const words = room.kind === 'open' ? 'They may come back: the room is open.' : 'They cannot come back by themselves.';
  return html`<${Dialog} title=${`Remove ${person.name} from ${room.name.value}?`} close=${close}>
    <form onSubmit=${run}><p class="faint">From this moment they hear nothing of it. ${words}</p>
      <${Answer} task=${task} close=${close} no="Keep">Remove<//></form>
  <//>`;
}

/** Bans somebody. @param {{app: App, person: Person, close: () => void, changed?: (known: import('../../store/keeping.js').Known | null) => void}} props */
export function BanForm({ app, person, close, changed }) {
  const task = useTask('ask-trouble');
  const run = task.run(async ({ minutes, reason }) => {
    await new Keeping(app.http).ban({
      user: person.id,
      reason: reason.trim(),
      ...(Number(minutes) && { minutes: Number(minutes) }),
    });
    changed?.(null);
  }, `${person.name} is out, and cannot come in.`);
  return html`<${Dialog} title=${`Ban ${person.name}?`} close=${close}>
    <form onSubmit=${run} novalidate><p class="faint">They lose the connection at once, everywhere, and cannot sign in. What they wrote stays.</p>
      ${!task.done && html`<${Pick} id="minutes" label="For how long?" from=${BANS} value=${1440} /><${Entry} id="reason" label="Why? (the moderators read it)" maxlength="200" autocomplete="off" autocapitalize="sentences" />`}
      <${Answer} task=${task} close=${close}>Ban<//></form>
  <//>`;
}

export { BANS };
