// The rows of the log: messages, quiet lines and dividers.

import { callsMe, parse } from '../core/markup.js';
import { list } from '../core/names.js';
import { clock, dayTitle, moment } from '../core/time.js';
import { html } from '../vendor/preact.js';
import { Markup } from './markup.js';
import { Arch, Icon, onlyWhenChanged } from './parts.js';

/** @typedef {import('../core/rows.js').Row} Row */
/** @typedef {import('../core/rows.js').MessageRow} MessageRow */
/** @typedef {import('../core/rows.js').QuietRow} QuietRow */

/**
 * `note` is why a waiting message waits; `names` are people one may call, one a line; with `today` the
 * names of the days change; `more` opens a message's menu, and the button of the row with `stop` is where Tab stops.
 * @typedef {{row: Row, me: string, names: string, note: string, today: string, stop: boolean, more: (event: Event) => void, act: (what: 'retry' | 'edit' | 'discard', key: string) => void}} RowProps
 */

/** One row of the log, whichever it is. */
export const LogRow = onlyWhenChanged((/** @type {RowProps} */ props) => {
  const { row } = props;
  if (row.type === 'day') return html`<li class="rule"><span>${dayTitle(row.at, Date.now())}</span></li>`;
  if (row.type === 'new') return html`<li class="rule fresh"><span>New since ${clock(row.since)}</span></li>`;
  return row.type === 'quiet' ? quiet(row, props.me) : message(row, props);
});

/** @param {MessageRow} row @param {RowProps} props */
function message(row, { me, names, note, act, more, stop }) {
  const gone = row.state === 'gone';
  const tree = parse(row.text, { names: names.split('\n').filter(Boolean), me });
  const told = !row.mine && callsMe(tree);
  const waits = row.state === 'queued' || row.state === 'sending';
  const looks = [
    row.first && 'first',
    row.mine && 'mine',
    told && 'told',
    waits && 'wait',
    row.state === 'refused' && 'lost',
    gone && 'gone',
  ];
  const who = row.mine ? 'You' : row.by.name;
  const time = html`<time class=${row.first ? '' : 'when'} datetime=${new Date(row.at).toISOString()} title=${moment(row.at)}>${clock(row.at)}</time>`;
  return html`<li class=${['msg', ...looks].filter(Boolean).join(' ')} data-seq=${row.seq}>
    ${row.first ? html`<${Arch} person=${row.by} /><div class="by"><b>${who}</b> ${time}</div>` : html`<span class="sr">${who}</span>${time}`}
    ${gone ? html`<p class="text">Removed</p>` : html`<${Markup} tree=${tree} />`}
    ${
      row.state === 'sent' &&
      html`<div class="acts"><button class="icon" type="button" tabindex=${stop ? 0 : -1} aria-label=${`More about the message of ${row.mine ? 'yours' : row.by.name}, ${clock(row.at)}`} aria-haspopup="dialog" onClick=${more}><${Icon} name="ellipsis" /></button></div>`
    }
    ${waits && note && html`<p class="note"><${Icon} name="clock" /><span>${note}</span></p>`}
    ${row.state === 'refused' && refused(row, act)}
  </li>`;
}

/** @param {MessageRow} row @param {RowProps['act']} act */
function refused(row, act) {
  return html`<div class="note" role="alert"><${Icon} name="circle-alert" /><span>${row.why}</span>
    <span class="ways"><button type="button" onClick=${() => act('retry', row.key)}>Try again</button>
    <button type="button" onClick=${() => act('edit', row.key)}>Edit</button>
    <button type="button" onClick=${() => act('discard', row.key)}>Discard</button></span></div>`;
}

/** @param {QuietRow} row @param {string} me */
function quiet(row, me) {
  return html`<li class="quiet" data-seq=${row.seq}><span>${sentence(row, me)}</span> <time datetime=${new Date(row.at).toISOString()}>${clock(row.at)}</time></li>`;
}

/** @param {QuietRow} row @param {string} me */
function sentence({ kind, by, names, text }, me) {
  const all = [...new Set(names.split('\n'))];
  const you = by ? 'you' : 'You';
  const who = list(all.includes(me) ? [you, ...all.filter((name) => name !== me)] : all);
  if (by) return `${by === me ? 'You' : by} ${kind === 'join' ? 'brought in' : 'removed'} ${who}`;
  if (kind === 'name') return `${who} named this room ${text}`;
  if (kind === 'rules') return `${who} set the rules: ${text}`;
  if (kind === 'join') return `${who} came in`;
  if (kind === 'leave') return `${who} left`;
  return text ? `${who} set the topic: ${text}` : `${who} cleared the topic`;
}
