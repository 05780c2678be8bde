// What stands beside what opened it: closed by Esc or by a press beside it; arrows lead from one button to the next.

import { asRead } from '../../core/arrows.js';
import { html, useLayoutEffect, useRef } from '../../vendor/preact.js';

/** How far it stays from the edges, in CSS pixels. */
const EDGE_PX = 8;

/** How a key leads on, forwards or back. @type {Record<string, number>} */
const STEPS = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 };

/**
 * `place` is what it stands beside; `null`: the lower edge.
 * @param {{place: Element | null, label: string, close: () => void, class?: string, children?: import('../../vendor/preact.js').Child}} props
 */
export function Popover({ place, label, close, class: look = '', children }) {
  const element = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useLayoutEffect(() => {
    const opener = document.activeElement;
    element.current?.showModal();
    if (element.current && place) stand(element.current, place.getBoundingClientRect());
    return () => {
      element.current?.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    };
  }, []);
  // A press that began before this stood here, as a long one does, is no press on what has come under the finger.
  const pressed = useRef(/** @type {EventTarget | null} */ (null));
  const press = (/** @type {Event} */ event) => {
    pressed.current = event.target;
  };
  const click = (/** @type {MouseEvent} */ event) => {
    if (event.detail > 0 && !pressed.current) event.stopPropagation();
    else if (pressed.current === element.current && event.target === element.current) close();
  };
  const key = (/** @type {KeyboardEvent} */ event) => {
    const buttons = [...(element.current?.querySelectorAll('button') ?? [])];
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    const name = asRead(event.key);
    const to = name in STEPS ? at + STEPS[name] : { Home: 0, End: -1 }[name];
    if (to === undefined) return;
    event.preventDefault();
    buttons.at(to % buttons.length)?.focus();
  };
  const cancel = (/** @type {Event} */ event) => {
    event.preventDefault();
    close();
  };
  const looks = ['menu', look, !place && 'low'].filter(Boolean).join(' ');
  return html`<dialog class=${looks} ref=${element} aria-label=${label} onCancel=${cancel} onPointerDown=${press} onClickCapture=${click} onKeyDown=${key}>${children}</dialog>`;
}

/** Puts it beside its place, where there is place. @param {HTMLElement} menu @param {DOMRect} place */
function stand(menu, place) {
  const { offsetWidth: wide, offsetHeight: tall } = menu;
  const below = place.bottom + tall + EDGE_PX < innerHeight;
  const top = below ? place.bottom + 2 : Math.max(EDGE_PX, place.top - tall - 2);
  const beside = getComputedStyle(menu).direction === 'rtl' ? place.left : place.right - wide;
  menu.style.left = `${Math.max(EDGE_PX, Math.min(beside, innerWidth - wide - EDGE_PX))}px`;
  menu.style.top = `${top}px`;
}
