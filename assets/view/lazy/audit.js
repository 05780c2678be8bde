// All that was done to people and rooms, for the owner. Nothing here can be changed.

import { rulesInWords } from '../../core/rows.js';
import { clock, dayTitle } from '../../core/time.js';
import { html } from '../../vendor/preact.js';
import { wear } from './looks.js';
import { usePages } from './pages.js';

wear(`.audit li{display:grid;gap:0 var(--s3);padding:var(--s1) 0;font-size:var(--t1);overflow-wrap:anywhere}`);

/** @typedef {import('../../store/keeping.js').Line} Line */

/** What people do to themselves. @type {Record<string, string>} */
const OWN = {
  account_made: 'made an account',
  account_given: 'made an account of their visit',
  name_changed: 'changed their name',
  password_changed: 'changed their password',
  account_deleted: 'deleted their account',
  session_ended: 'ended one of their sessions',
  sessions_ended: 'ended their other sessions',
  invitation_taken: 'came in by an invitation',
};

/** What was done, as a sentence: `%` is to whom. A deed that is not here stands as its word. @type {Record<string, string>} */
const DEEDS = {
  account_made: 'made the account of %',
  account_given: 'gave % an account',
  name_changed: 'changed the name of %',
  password_changed: 'changed the password of %',
  password_reset: 'gave % a new password',
  account_deleted: 'deleted the account of %',
  session_ended: 'ended a session of %',
  sessions_ended: 'ended sessions of %',
  role_changed: 'changed the role of %',
  disabled: 'disabled the account of %',
  enabled: 'enabled the account of %',
  muted: 'muted %',
  unmuted: 'ended the mute of %',
  banned: 'banned %',
  addresses_banned: 'banned addresses',
  ban_lifted: 'lifted a ban of %',
  invitation_made: 'made an invitation',
  invitation_taken: 'let % in by an invitation',
  invitation_revoked: 'took back an invitation',
  setup_link_made: 'made a link to set the house up',
  bot_made: 'made the bot %',
  bot_revoked: 'revoked the bot %',
  room_made: 'opened a room',
  member_removed: 'removed %',
  room_changed: 'changed a room',
  room_deleted: 'deleted a room',
  message_deleted: 'deleted a message of %',
  report_handled: 'dealt with a report',
};

/** @param {{keeping: import('../../store/keeping.js').Keeping}} props */
export function Audit({ keeping }) {
  const { all, end } = usePages(async (before) => {
    const { entries, more } = await keeping.audit(before);
    return { found: entries, more };
  });
  return html`<ol class="audit">${all?.map((line) => html`<${One} key=${line.id} line=${line} />`)}</ol>${end}`;
}

/** What a line says besides; the rules of a room stand there as the log keeps them. @param {string} detail */
function inWords(detail) {
  if (!detail.startsWith('{')) return detail;
  try {
    return rulesInWords(JSON.parse(detail));
  } catch {
    return detail;
  }
}

/** @param {{line: Line}} props */
function One({ line }) {
  const { at, actor, deed, user, room, detail } = line;
  const self = actor && user?.id === actor.id;
  const words = (self && OWN[deed]) || (DEEDS[deed] ?? deed).replace('%', self ? 'themselves' : (user?.name ?? 'somebody'));
  const more = [room?.name && `in ${room.name}`, inWords(detail)].filter(Boolean).join(': ');
  return html`<li><time datetime=${new Date(at).toISOString()}>${dayTitle(at, Date.now())}, ${clock(at)}</time><span><b>${actor?.name ?? 'snug'}</b> ${words}${more && html` <small>${more}</small>`}</span></li>`;
}
