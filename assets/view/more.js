// The way to a message's menu: its button, a long press, and the keys that lead from one button to the next.

import { useRef, useState } from '../vendor/preact.js';

/** @typedef {import('../app.js').App} App */
/** @typedef {import('../store/rooms.js').Room} Room */
/** @typedef {import('../core/rows.js').Row} Row */
/** @typedef {import('../core/rows.js').MessageRow} MessageRow */

/** How long a press is a long one, in milliseconds. */
const PRESS_MS = 450;

/** How far a finger may stray while it presses, in CSS pixels. */
const STRAY_PX = 10;

/**
 * `more` opens the menu of the message whose button was pressed, `stop` is the row at which Tab stops, `ways` listen to the log.
 * @param {App} app @param {Room} room @param {readonly Row[]} rows
 */
export function useMore(app, room, rows) {
  const press = useRef({ timer: /** @type {any} */ (null), x: 0, y: 0, done: false });
  const [last, setLast] = useState('');
  const known = useRef({ room, rows });
  known.current = { room, rows };

  /** @param {Element} inside @param {Element | null} place where the menu is to stand */
  const open = (inside, place) => {
    const seq = Number(inside.closest('.msg')?.getAttribute('data-seq'));
    const row = known.current.rows.find((one) => one.type === 'message' && one.state === 'sent' && one.seq === seq);
    if (!row || !seq) return;
    const { room: where } = known.current;
    app.chosen.value = { room: where, row: /** @type {MessageRow} */ (row), place };
    app.open('message');
  };
  const more = useRef((/** @type {Event} */ event) => {
    const button = /** @type {HTMLElement} */ (event.currentTarget);
    button.focus();
    open(button, button);
  }).current;

  const letGo = () => app.timers.clear(press.current.timer);
  const ways = {
    onPointerDown: (/** @type {PointerEvent} */ event) => {
      letGo();
      press.current.done = false;
      const inside = /** @type {Element} */ (event.target);
      if (event.pointerType !== 'touch' || !inside.closest('.msg') || inside.closest('a,button')) return;
      Object.assign(press.current, { x: event.clientX, y: event.clientY });
      press.current.timer = app.timers.set(() => {
        press.current.done = true;
        open(inside, null);
      }, PRESS_MS);
    },
    onPointerMove: (/** @type {PointerEvent} */ { clientX, clientY }) => {
      if (Math.hypot(clientX - press.current.x, clientY - press.current.y) > STRAY_PX) letGo();
    },
    onPointerUp: letGo,
    onPointerCancel: letGo,
    onContextMenu: (/** @type {Event} */ event) => {
      if (press.current.done) event.preventDefault();
    },
    onFocusIn: (/** @type {FocusEvent} */ { target }) => {
      const row = /** @type {Element} */ (target).closest('.acts') && rowOf(/** @type {Element} */ (target), known.current.rows);
      if (row) setLast(row.id);
    },
    onKeyDown: (/** @type {KeyboardEvent} */ event) => {
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!by || event.altKey || !(/** @type {Element} */ (event.target).closest('.acts'))) return;
      event.preventDefault();
      const log = /** @type {Element} */ (event.currentTarget);
      const buttons = /** @type {HTMLElement[]} */ ([...log.querySelectorAll('.acts button')]);
      buttons[buttons.indexOf(/** @type {HTMLElement} */ (event.target)) + by]?.focus();
    },
  };
  const stands = (/** @type {Row} */ row) => row.type === 'message' && row.state === 'sent';
  const stop = (rows.find((row) => row.id === last && stands(row)) ?? rows.findLast(stands))?.id ?? '';
  return { more, stop, ways };
}

/** @param {Element} inside @param {readonly Row[]} rows */
function rowOf(inside, rows) {
  const seq = Number(inside.closest('.msg')?.getAttribute('data-seq'));
  return rows.find((row) => row.type === 'message' && row.seq === seq);
}
