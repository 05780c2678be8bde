// A part of a sheet that is folded away until its heading is pressed.

import { html, useState } from '../../vendor/preact.js';

/** Shows its content when opened, and asks for nothing before. @param {{title: string, children?: import('../../vendor/preact.js').Child}} props */
export function Fold({ title, children }) {
  const [open, setOpen] = useState(false);
  const toggle = (/** @type {Event} */ event) => setOpen(/** @type {HTMLDetailsElement} */ (event.currentTarget).open);
  return html`<details class="fold" onToggle=${toggle}><summary>${title}</summary>${open && children}</details>`;
}
