// A dialog: modal, closed by Esc, by its cross or by a click beside it, and the focus goes back to what opened it.

import { say } from '../core/words.js';
import { html, useLayoutEffect, useRef } from '../vendor/preact.js';
import { Icon } from './parts.js';

/**
 * The frame of every dialog.
 * @param {{title: string, close: () => void, wide?: boolean, children?: import('../vendor/preact.js').Child}} props
 */
export function Dialog({ title, close, wide, children }) {
  const element = useRef(/** @type {HTMLDialogElement | null} */ (null));

  useLayoutEffect(() => {
    const opener = document.activeElement;
    element.current?.showModal();
    return () => {
      element.current?.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    };
  }, []);

  const beside = (/** @type {MouseEvent} */ event) => {
    if (event.target === element.current) close();
  };
  const cancel = (/** @type {Event} */ event) => {
    event.preventDefault();
    close();
  };

  return html`<dialog class=${wide ? 'sheet wide' : 'sheet'} ref=${element} aria-labelledby="sheet-title" onCancel=${cancel} onMouseDown=${beside}>
    <div class="inside">
      <header><h2 id="sheet-title">${title}</h2><button class="icon" type="button" aria-label=${say('dialog.close')} onClick=${close}><${Icon} name="x" /></button></header>
      ${children}
    </div>
  </dialog>`;
}
