// Views that are fetched when they are first opened: whatever of view/lazy/ is shown goes through here.

import { say, sayMore } from '../core/words.js';
import { html, useEffect, useState } from '../vendor/preact.js';
import { Dialog } from './dialog.js';

/** @typedef {(props: any) => import('../vendor/preact.js').Child} View */

/** @type {Promise<unknown> | null} */
let styles = null;

/** What they look like, fetched with the first of them. */
export function dress() {
  styles ??= new Promise((resolve) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = new URL('../lazy.css', import.meta.url).href;
    // A view without its looks is better than none.
    link.onload = resolve;
    link.onerror = resolve;
    document.head.append(link);
  });
  return styles;
}

/**
 * A view of a module, once that is here; `load` gives the view, and must be the same function every time. `plain` is one that
 * needs no looks and no words but those of the first load; nothing is said about a `quiet` one that does not come. Everything else is handed on.
 * @param {{load: () => Promise<View>, plain?: boolean, quiet?: boolean, close: () => void} & Record<string, unknown>} props
 */
export function Lazy({ load, plain, ...props }) {
  const [found, setFound] = useState(/** @type {{view: View | null} | null} */ (null));
  useEffect(() => {
    Promise.all([load(), plain || sayMore(), plain || dress()]).then(
      ([view]) => setFound({ view }),
      () => setFound({ view: null }),
    );
    return undefined;
  }, [load]);
  if (!found) return null;
  if (found.view) return html`<${found.view} ...${props} />`;
  if (props.quiet) return null;
  return html`<${Dialog} title=${say('dialog.lost')} close=${props.close}>
    <p role="alert">${say('dialog.lostWhy')}</p>
    <p class="row"><button class="plain" type="button" onClick=${props.close}>${say('dialog.close')}</button><button class="enter" type="button" onClick=${() => location.reload()}>${say('dialog.reload')}</button></p>
  <//>`;
}
