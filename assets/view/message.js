// The rows of the log: messages, quiet lines and dividers.

import { isEmojis, parse } from '../core/markup.js';
import { count, list } from '../core/names.js';
import { clock, dayTitle, moment } from '../core/time.js';
import { say } from '../core/words.js';
import { html } from '../vendor/preact.js';
import { Files } from './files.js';
import { Markup } from './markup.js';
import { Arch, gist, Icon, onlyWhenChanged } from './parts.js';

/** @typedef {import('../core/rows.js').Row} Row */
/** @typedef {import('../core/rows.js').MessageRow} MessageRow */
/** @typedef {import('../core/rows.js').QuietRow} QuietRow */

/**
 * What one may do from a row: see to what was not taken, begin an answer or a reaction, open the menu, go to what is answered.
 * @typedef {{act: (what: 'retry' | 'edit' | 'discard', key: string) => void, more: (event: Event) => void,
 *   pick: (event: Event) => void, answer: (seq: number) => void, jump: (seq: number) => void,
 *   react: (row: MessageRow, emoji: string) => void, look: (event: Event) => void, day: () => void, nameOf: (id: number) => string | undefined}} Ways
 */

/**
 * `note` is why a waiting message waits; `me` is oneself; `names` are people one may call, one a line; with `today` the
 * names of the days change; at the row with `stop` Tab stops.
 * @typedef {{row: Row, me: import('../core/proto.js').Person, names: string, note: string, today: string, stop: boolean, ways: Ways}} RowProps
 */

/** One row of the log, whichever it is. */
export const LogRow = onlyWhenChanged((/** @type {RowProps} */ props) => {
  const { row } = props;
  if (row.type === 'day')
    return html`<li class="rule"><button type="button" tabindex="-1" title=${say('day.title')} aria-haspopup="dialog" onClick=${props.ways.day}>${dayTitle(row.at, Date.now())}</button></li>`;
  if (row.type === 'new') return html`<li class="rule fresh"><span>${say('message.new', { time: clock(row.since) })}</span></li>`;
  return row.type === 'quiet' ? quiet(row, props.me.name) : message(row, props);
});

/** @param {MessageRow} row @param {RowProps} props */
function message(row, { me, names, note, ways, stop }) {
  const gone = row.state === 'gone';
  const tree = parse(row.text, { names: names.split('\n').filter(Boolean), me: me.name });
  const waits = row.state === 'queued' || row.state === 'sending';
  const looks = [
    row.first && 'first',
    row.mine && 'mine',
    row.calls && 'told',
    (waits || row.change === 'wait') && 'wait',
    (row.state === 'refused' || row.change === 'refused') && 'lost',
    gone ? 'gone' : isEmojis(row.text) && 'emojis',
  ];
  const who = row.mine ? say('names.You') : row.by.name;
  const time = html`<time class=${row.first ? '' : 'when'} datetime=${new Date(row.at).toISOString()} title=${moment(row.at)}>${clock(row.at)}</time>`;
  const isThere = row.state === 'sent';
  return html`<li class=${['msg', ...looks].filter(Boolean).join(' ')} data-seq=${row.seq} tabindex=${isThere ? (stop ? 0 : -1) : undefined}>
    ${row.first ? html`<${Arch} person=${row.by} /><div class="by"><b><bdi>${who}</bdi></b> ${time}</div>` : html`<span class="sr">${who}</span>${time}`}
    ${row.reply > 0 && cite(row, ways)}
    ${gone ? html`<p class="text">${say('message.gone')}</p>` : row.text !== '' && html`<${Markup} tree=${tree} />`}
    ${row.files.length > 0 && html`<${Files} files=${row.files} look=${ways.look} />`}
    ${row.edited > 0 && html`<small class="edited" title=${moment(row.edited)}>${say('message.edited')}</small>`}
    ${row.reactions.length > 0 && chips(row, me.id, ways)}
    ${isThere && acts(row, ways, stop)}
    ${waits && note && html`<p class="note"><${Icon} name="clock" /><span>${note}</span></p>`}
    ${row.change === 'wait' && note && html`<p class="note"><${Icon} name="clock" /><span>${say('message.waits')}</span></p>`}
    ${(row.state === 'refused' || row.change === 'refused') && refused(row, ways.act)}
  </li>`;
}

/** The message that a row answers, in one line; it leads there. @param {MessageRow} row @param {Ways} ways */
function cite({ quote, reply }, ways) {
  if (quote === undefined) return html`<div class="cite"></div>`;
  if (quote === null) return html`<div class="cite">${say('message.quoteHidden')}</div>`;
  const text = quote.text === undefined ? say('message.quoteGone') : gist(quote.text);
  return html`<button class="cite" type="button" tabindex="-1" onClick=${() => ways.jump(reply)}>
    <${Arch} person=${quote.by} small /><span class="sr">${say('message.answers')} </span><b>${quote.by.name}</b> <span dir="auto">${text}</span></button>`;
}

/** @param {MessageRow} row @param {number} me @param {Ways} ways */
function chips(row, me, ways) {
  return html`<div class="chips">${row.reactions.map(({ emoji, by }) => {
    const mine = by.includes(me);
    const tell = (/** @type {Event} */ { currentTarget }) => {
      const names = by.map((id) => (id === me ? say('names.You') : (ways.nameOf(id) ?? say('message.somebody'))));
      /** @type {HTMLElement} */ (currentTarget).title = list([...new Set(names)]);
    };
    return html`<button key=${emoji} type="button" tabindex="-1" aria-pressed=${String(mine)} aria-label=${say(mine ? 'message.emojiYou' : 'message.emoji', { emoji, n: by.length })} onPointerEnter=${tell} onFocus=${tell} onClick=${() => ways.react(row, emoji)}>${emoji} <span>${count(by.length)}</span></button>`;
  })}</div>`;
}

/** @param {MessageRow} row @param {Ways} ways @param {boolean} stop */
function acts(row, ways, stop) {
  const tab = stop ? 0 : -1;
  const more = row.mine
    ? say('message.moreYours', { time: clock(row.at) })
    : say('message.more', { name: row.by.name, time: clock(row.at) });
  return html`<div class="acts">
    <button class="icon" type="button" tabindex=${tab} aria-label=${say('message.react')} aria-haspopup="dialog" onClick=${ways.pick}><${Icon} name="smile-plus" /></button>
    <button class="icon" type="button" tabindex=${tab} aria-label=${say('message.reply')} onClick=${() => ways.answer(row.seq)}><${Icon} name="reply" /></button>
    <button class="icon" type="button" tabindex=${tab} aria-label=${more} aria-haspopup="dialog" onClick=${ways.more}><${Icon} name="ellipsis" /></button>
  </div>`;
}

/** @param {MessageRow} row @param {Ways['act']} act */
function refused(row, act) {
  return html`<div class="note" role="alert"><${Icon} name="circle-alert" /><span>${row.why}</span>
    <span class="ways"><button type="button" onClick=${() => act('retry', row.key)}>${say('message.retry')}</button>
    <button type="button" onClick=${() => act('edit', row.key)}>${say('message.edit')}</button>
    <button type="button" onClick=${() => act('discard', row.key)}>${say('message.discard')}</button></span></div>`;
}

/** @param {QuietRow} row @param {string} me */
function quiet(row, me) {
  return html`<li class="quiet" data-seq=${row.seq}><span>${sentence(row, me)}</span> <time datetime=${new Date(row.at).toISOString()}>${clock(row.at)}</time></li>`;
}

/** @param {QuietRow} row @param {string} me */
function sentence({ kind, by, names, text }, me) {
  const all = [...new Set(names.split('\n'))];
  const you = say(by ? 'names.you' : 'names.You');
  const who = list(all.includes(me) ? [you, ...all.filter((name) => name !== me)] : all);
  if (by === me) return say(kind === 'join' ? 'quiet.broughtYours' : 'quiet.removedYours', { who });
  if (by) return say(kind === 'join' ? 'quiet.brought' : 'quiet.removed', { by, who });
  if (kind === 'name') return say('quiet.name', { who, text });
  if (kind === 'rules') return say('quiet.rules', { who, text });
  if (kind === 'join') return say('quiet.join', { who });
  if (kind === 'leave') return say('quiet.leave', { who });
  return text ? say('quiet.topic', { who, text }) : say('quiet.noTopic', { who });
}
