// What is asked of the server by a button or by what is shown, where no form is: one thing went wrong last, or was done.

import { html, useState } from '../../vendor/preact.js';

/**
 * One place for what went wrong and for what was done.
 * @typedef {(work: () => Promise<unknown>, done?: string, stale?: () => boolean) => Promise<void>} Attempt
 *   does the work, then says `done` (absent: what was done before stays said); of what is `stale` by then nobody hears
 * @returns {{attempt: Attempt, trouble: string, told: import('../../vendor/preact.js').Child}}
 */
export function useAttempt() {
  const [trouble, setTrouble] = useState('');
  const [done, setDone] = useState('');
  /** @type {Attempt} */
  const attempt = async (work, what, stale = () => false) => {
    setTrouble('');
    if (what) setDone('');
    try {
      await work();
      if (what) setDone(what);
    } catch (reason) {
      if (!stale()) setTrouble(/** @type {Error} */ (reason).message);
    }
  };
  const told = html`<p class="trouble" role="alert">${trouble}</p><p class="done" role="status">${done}</p>`;
  return { attempt, trouble, told };
}

/**
 * Leads into the room between oneself and somebody, which is made where there is none.
 * @param {import('../../app.js').App} app @param {number} id @param {() => void} close what one comes from
 */
export async function writeTo(app, id, close) {
  const room = await app.rooms.direct([id]);
  close();
  app.go(room);
}
