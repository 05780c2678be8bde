// Going to a day in the log.

import { firstSince } from '../../core/find.js';
import { dayOf } from '../../core/time.js';
import { say } from '../../core/words.js';
import { html } from '../../vendor/preact.js';
import { Dialog } from '../dialog.js';
import { Entry, missing, Submit, Trouble, useTask } from './form.js';

/** @param {{app: import('../../app.js').App, room: import('../../store/room.js').Room, close: () => void}} props */
export function Day({ app, room, close }) {
  const task = useTask('day-trouble');
  const submit = task.run(async (/** @type {any} */ form) => {
    const day = new Date(`${form.day}T00:00`).getTime();
    if (Number.isNaN(day)) throw missing('day', say('day.which'));
    const last = room.log.peek().cursor;
    const seq = await firstSince({ first: room.since, last }, day, async (from) => {
      const { entries } = await app.session.ask('history', { room: room.id, after: from - 1, limit: 1 });
      return entries[0] ?? null;
    });
    close();
    await app.jump(room.id, Math.min(seq, last));
  });
  return html`<${Dialog} title=${say('day.title')} close=${close}>
    <form onSubmit=${submit} novalidate>
      <${Entry} id="day" autofocus label=${say('day.label')} type="date" max=${dayOf(Date.now())} />
      <${Trouble} task=${task} />
      <p class="row"><button class="plain" type="button" onClick=${close}>${say('day.cancel')}</button><${Submit} task=${task}>${say('day.go')}<//></p>
    </form>
  <//>`;
}
