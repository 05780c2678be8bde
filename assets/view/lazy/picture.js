// A picture, looked at closely; arrows lead to those before and after it in the log.

import { asRead } from '../../core/arrows.js';
import { html, useEffect, useState } from '../../vendor/preact.js';
import { Dialog } from '../dialog.js';

/** How a key leads on. @type {Record<string, number>} */
const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

/** @param {{app: import('../../app.js').App, close: () => void}} props */
export function Picture({ app, close }) {
  const [link, setLink] = useState(app.shown.peek());
  useEffect(() => {
    const key = (/** @type {KeyboardEvent} */ event) => {
      const links = /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll('.log .shot')]);
      const next = links[links.indexOf(/** @type {HTMLAnchorElement} */ (link)) + (STEPS[asRead(event.key)] ?? 0)];
      if (next) setLink(next);
    };
    addEventListener('keydown', key);
    return () => removeEventListener('keydown', key);
  }, [link]);
  if (!link) return null;
  const name = link.querySelector('img')?.alt ?? '';
  return html`<${Dialog} title=${name} close=${close} wide><a href=${link.href} target="_blank" rel="noopener"><img class="large" src=${link.href} alt=${name} /></a><//>`;
}
