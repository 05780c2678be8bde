// What a message said before it was edited, for those who keep order.

import { moment } from '../../core/time.js';
import { say } from '../../core/words.js';
import { html, useEffect, useState } from '../../vendor/preact.js';
import { Dialog } from '../dialog.js';

export {} from './deeds.js';

/** @param {import('./asks.js').Props} props */
export function History({ app, room, row, close }) {
  const [said, setSaid] = useState(/** @type {readonly {at: number, text: string}[] | null} */ (null));
  const [trouble, setTrouble] = useState('');
  useEffect(() => {
    app.session.ask('revisions', { room: room.id, seq: row.seq }).then(
      ({ revisions }) => setSaid(revisions),
      (reason) => setTrouble(/** @type {Error} */ (reason).message),
    );
    return undefined;
  }, []);
  return html`<${Dialog} title=${say('history.title')} close=${close}>
    <p class="trouble" role="alert">${trouble}</p>
    <ul class="reports">${[...(said ?? []), { at: row.edited, text: row.text }].map(
      ({ at, text }) =>
        html`<li key=${at}><time class="faint" datetime=${new Date(at).toISOString()}>${moment(at)}</time><blockquote class="quote" tabindex="0">${text}</blockquote></li>`,
    )}</ul>
  <//>`;
}
