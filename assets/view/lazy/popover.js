// What stands beside what opened it: closed by Esc or by a press beside it; arrows lead from one button to the next.

import { html, useLayoutEffect, useRef } from '../../vendor/preact.js';
import { wear } from './looks.js';

wear(`.menu{inset:auto;margin:0;min-width:13rem;max-width:min(22rem,100vw - 1rem);padding:var(--s1);border:1px solid var(--line);border-radius:var(--r3);background:var(--raise);color:var(--ink);box-shadow:0 12px 32px -8px var(--shade);
 &::backdrop{background:transparent}
 button{width:100%;padding:.45rem var(--s3);border-radius:var(--r2);text-align:start;overflow-wrap:anywhere}
 button:hover,button:focus-visible{background:var(--wash)}
 button:focus-visible{outline-offset:-2px}
 .grave{background:none;color:var(--brick)}
 .trouble{padding:var(--s1) var(--s3)}
 &.low{inset:auto 0 0;width:100%;max-width:none;padding:var(--s3) var(--s3) max(var(--s3),env(safe-area-inset-bottom));border-radius:var(--r3) var(--r3) 0 0;
  &::backdrop{background:color-mix(in oklch,var(--hall) 60%,transparent)}
  button{min-height:2.875rem}}}
.reacts{min-width:0;
 ul{display:flex}
 button{min-width:2.5rem;padding:.3rem;font-size:1.25rem;text-align:center}
 &.low ul{justify-content:space-around}}`);

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
    const to = event.key in STEPS ? at + STEPS[event.key] : { Home: 0, End: -1 }[event.key];
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
  menu.style.left = `${Math.max(EDGE_PX, Math.min(place.right - wide, innerWidth - wide - EDGE_PX))}px`;
  menu.style.top = `${top}px`;
}
