// All that was done to people and rooms, for the owner. Nothing here can be changed.

import { when } from '../../core/ago.js';
import { rulesInWords } from '../../core/rows.js';
import { say } from '../../core/words.js';
import { html } from '../../vendor/preact.js';
import { usePages } from './pages.js';

/** @typedef {import('../../store/keeping.js').Line} Line */

/** What people do to themselves. @type {Record<string, import('../../core/words.js').Word>} */
const OWN = {
  account_made: 'audit.madeAn',
  account_given: 'audit.madeAnAccount',
  name_changed: 'audit.changedTheir',
  face_changed: 'audit.changedFace',
  password_changed: 'audit.changedTheirPassword',
  account_deleted: 'audit.deletedTheir',
  session_ended: 'audit.endedOne',
  sessions_ended: 'audit.endedTheir',
  invitation_taken: 'audit.cameIn',
};

/** What was done, as a sentence: `{name}` is to whom. A deed that is not here stands as its word. @type {Record<string, import('../../core/words.js').Word>} */
const DEEDS = {
  account_made: 'audit.madeThe',
  account_given: 'audit.gaveName',
  name_changed: 'audit.changedThe',
  face_changed: 'audit.tookFace',
  password_changed: 'audit.changedThePassword',
  password_reset: 'audit.gaveNameA',
  account_deleted: 'audit.deletedThe',
  session_ended: 'audit.endedA',
  sessions_ended: 'audit.endedSessions',
  role_changed: 'audit.changedTheRole',
  disabled: 'audit.disabledThe',
  enabled: 'audit.enabledThe',
  muted: 'audit.mutedName',
  unmuted: 'audit.endedThe',
  banned: 'audit.bannedName',
  addresses_banned: 'audit.bannedAddresses',
  ban_lifted: 'audit.liftedA',
  invitation_made: 'audit.madeAnInvitation',
  invitation_taken: 'audit.letName',
  invitation_revoked: 'audit.tookBack',
  setup_link_made: 'audit.madeA',
  bot_made: 'audit.madeTheBot',
  bot_revoked: 'audit.revokedThe',
  room_made: 'audit.openedA',
  member_removed: 'audit.removedName',
  room_changed: 'audit.changedA',
  room_deleted: 'audit.deletedA',
  message_deleted: 'audit.deletedAMessage',
  report_handled: 'audit.dealtWith',
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
  const words =
    self && OWN[deed]
      ? say(OWN[deed])
      : deed in DEEDS
        ? say(DEEDS[deed], { name: self ? say('audit.themselves') : (user?.name ?? say('message.somebody')) })
        : deed;
  const more = [room?.name && say('audit.inRoom', { room: room.name }), inWords(detail)].filter(Boolean).join(': ');
  return html`<li><time datetime=${new Date(at).toISOString()}>${when(at, Date.now())}</time><span><b>${actor?.name ?? 'snug'}</b> ${words}${more && html` <small>${more}</small>`}</span></li>`;
}
