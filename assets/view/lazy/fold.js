// A part of a sheet that is folded away until its heading is pressed.

import { html, useState } from '../../vendor/preact.js';
import { wear } from './looks.js';

wear(`.fold{border-top:1px solid var(--line);
 summary{padding:var(--s3) 0;font:italic 400 var(--t2) var(--serif);color:var(--ink2);cursor:pointer;list-style:none}
 summary::before{content:"";display:inline-block;vertical-align:-3px;width:.75rem;height:1rem;margin-right:var(--s3);border:1.5px solid var(--edge);border-radius:50% 50% 2px 2px/40% 40% 2px 2px}
 &[open] summary::before{border-color:var(--green);background:var(--green)}
 &[open]{padding-bottom:var(--s4)}
 form>.faint{margin-bottom:var(--s3)}
 &~form .end{margin-top:0}}`);

/** Shows its content when opened, and asks for nothing before. @param {{title: string, children?: import('../../vendor/preact.js').Child}} props */
export function Fold({ title, children }) {
  const [open, setOpen] = useState(false);
  const toggle = (/** @type {Event} */ event) => setOpen(/** @type {HTMLDetailsElement} */ (event.currentTarget).open);
  return html`<details class="fold" onToggle=${toggle}><summary>${title}</summary>${open && children}</details>`;
}
