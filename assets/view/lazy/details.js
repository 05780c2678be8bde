// A room looked at closely: who is in it, what it is about, what holds in it, and the ways out.

import { may } from '../../core/rights.js';
import { say } from '../../core/words.js';
import { Host } from '../../store/host.js';
import { html, useEffect, useMemo, useState } from '../../vendor/preact.js';
import { Dialog } from '../dialog.js';
import { Ends } from './ends.js';
import { Members } from './members.js';
import { About, Settings } from './settings.js';

/** @typedef {import('../../app.js').App} App */
/** @typedef {import('../../store/room.js').Room} Room */

/**
 * What the parts of the sheet are about; `can` asks the table of rights.
 * @typedef {{app: App, room: Room, host: Host, close: () => void, can: (deed: import('../../core/rights.js').RoomDeed) => boolean}} Props
 */

/** @type {Record<import('../../core/proto.js').RoomKind, import('../../core/words.js').Word>} */
const KINDS = {
  open: 'details.anOpen',
  private: 'details.aPrivate',
  direct: 'details.aPrivateMessage',
};

/** The sheet; it stays with the room it was opened for, and closes when one is in that no more. @param {{app: App, room: Room, close: () => void}} props */
export function Details({ app, room: current, close }) {
  const [room] = useState(current);
  const host = useMemo(() => new Host(app.rooms, room.id), []);
  const isIn = app.rooms.list.value.includes(room);
  useEffect(() => {
    if (!isIn) close();
    return undefined;
  }, [isIn]);
  const role = app.session.me.value?.role;
  const can = (/** @type {import('../../core/rights.js').RoomDeed} */ deed) => may(role, deed, room.kind, room.standing);
  const all = { app, room, host, close, can };
  return html`<${Dialog} title=${room.name.value} close=${close}>
    <p class="faint">${say(KINDS[room.kind])}${room.archived.value && ` ${say('details.itIs')}`}</p>
    <${Members} ...${all} />
    ${(can('topic') || can('arrange')) && html`<${About} ...${all} />`}
    ${can('arrange') && html`<${Settings} ...${all} />`}
    <${Ends} ...${all} />
  <//>`;
}
