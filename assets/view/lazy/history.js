// What a message said before it was edited, for those who keep order.

import { moment } from '../../core/time.js';
import { say } from '../../core/words.js';
import { html, useEffect, useState } from '../../vendor/preact.js';
import { Dialog } from '../dialog.js';
import { useAttempt } from './attempt.js';

/** @param {import('./asks.js').Props} props */
export function History({ app, room, row, close }) {
  const [said, setSaid] = useState(/** @type {readonly {at: number, text: string}[] | null} */ (null));
  const { attempt, told } = useAttempt();
  const look = async () => setSaid((await app.session.ask('revisions', { room: room.id, seq: row.seq })).revisions);
  useEffect(() => void attempt(look), []);
  return html`<${Dialog} title=${say('history.title')} close=${close}>
    ${told}
    <ul class="reports">${[...(said ?? []), { at: row.edited, text: row.text }].map(
      ({ at, text }) =>
        html`<li key=${at}><time class="faint" datetime=${new Date(at).toISOString()}>${moment(at)}</time><blockquote class="quote" tabindex="0">${text}</blockquote></li>`,
    )}</ul>
  <//>`;
}
