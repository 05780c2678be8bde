// A list that comes page by page, the latest first.

import { say } from '../../core/words.js';
import { html, useEffect, useState } from '../../vendor/preact.js';
import { useAttempt } from './attempt.js';

/**
 * What has come so far; `ask` gets the next page (`before` is the last id held), and `again` asks anew from the start after something
 * was done.
 * @template {{id: number}} T
 * @param {(before?: number) => Promise<{found: T[], more: boolean}>} ask
 */
export function usePages(ask) {
  const [all, setAll] = useState(/** @type {readonly T[] | null} */ (null));
  const [more, setMore] = useState(false);
  const { attempt, trouble, told } = useAttempt();
  const look = async (/** @type {readonly T[]} */ before) => {
    const page = await ask(before.at(-1)?.id);
    setAll([...before, ...page.found]);
    setMore(page.more);
  };
  useEffect(() => void attempt(() => look([])), []);
  const end = html`${!all && !trouble && html`<p class="faint">${say('pages.looking')}</p>`}${told}
    ${more && html`<p class="row"><button class="plain" type="button" onClick=${() => attempt(() => look(all ?? []))}>${say('pages.showEarlier')}</button></p>`}`;
  const again = (/** @type {() => Promise<unknown>} */ work) =>
    attempt(async () => {
      await work();
      await look([]);
    });
  return { all, end, again };
}
