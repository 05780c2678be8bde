// The ways from a message: its buttons, its menu, a long press, and the keys that lead from one message to the next.

import { messageKey } from '../core/shortcuts.js';
import { useRef, useState } from '../vendor/preact.js';

/** @typedef {import('../app.js').App} App */
/** @typedef {import('../store/room.js').Room} Room */
/** @typedef {import('../core/rows.js').Row} Row */
/** @typedef {import('../core/rows.js').MessageRow} MessageRow */

/** How long a press is a long one, in milliseconds. */
const PRESS_MS = 450;

/** How far a finger may stray while it presses, in CSS pixels. */
const STRAY_PX = 10;

/** Whether something can be done about a row. @param {Row} row @returns {row is MessageRow} */
const stands = (row) => row.type === 'message' && row.state === 'sent';

/**
 * `ways` is what a row's buttons do, `stop` the row at which Tab stops, `listeners` those of the log.
 * @param {App} app @param {Room} room @param {readonly Row[]} rows
 */
export function useWays(app, room, rows) {
  const press = useRef({ timer: /** @type {any} */ (null), x: 0, y: 0, done: false });
  const [last, setLast] = useState('');
  const known = useRef({ room, rows });
  known.current = { room, rows };

  /** @param {Element} inside @returns {MessageRow | undefined} */
  const rowOf = (inside) => {
    const seq = Number(inside.closest('.msg')?.getAttribute('data-seq'));
    return seq ? known.current.rows.filter(stands).find((row) => row.seq === seq) : undefined;
  };
  /** @param {Element} inside @param {Element | null} place where it is to stand @param {'message' | 'reactions' | 'profile'} [what] @param {'delete'} [deed] */
  const open = (inside, place, what = 'message', deed) => {
    const row = rowOf(inside);
    if (!row) return;
    app.chosen.value = { room: known.current.room, row, place, deed };
    app.open(what);
  };
  /** @param {'message' | 'reactions'} what */
  const opener = (what) => (/** @type {Event} */ event) => {
    const button = /** @type {HTMLElement} */ (event.currentTarget);
    button.focus();
    open(button, button, what);
  };
  const ways = useRef({
    act: app.act,
    more: opener('message'),
    pick: opener('reactions'),
    answer: app.answer,
    jump: (/** @type {number} */ seq) => void app.jump(known.current.room.id, seq),
    react: (/** @type {MessageRow} */ row, /** @type {string} */ emoji) => app.react(known.current.room.id, row, emoji),
    look: (/** @type {Event} */ event) => {
      event.preventDefault();
      app.shown.value = /** @type {HTMLAnchorElement} */ (event.currentTarget);
      app.open('picture');
    },
    day: () => app.open('day'),
    nameOf: (/** @type {number} */ id) => app.timeline.nameOf(id),
  }).current;

  const letGo = () => app.timers.clear(press.current.timer);
  /** What a key does about the message that has the focus. @param {KeyboardEvent} event */
  const key = (event) => {
    const item = /** @type {HTMLElement} */ (event.target);
    const row = item.matches('.msg') ? rowOf(item) : undefined;
    const does = row && messageKey(event);
    if (!row || !does) return;
    const items = /** @type {HTMLElement[]} */ ([...(item.parentElement?.querySelectorAll('.msg[tabindex]') ?? [])]);
    const at = items.indexOf(item);
    if (does === 'edit' && !row.mine) return;
    event.preventDefault();
    if (does === 'answer') app.answer(row.seq);
    else if (does === 'edit') app.edit(row.seq, row.text);
    else if (does === 'react') open(item, item, 'reactions');
    else if (does === 'menu') open(item, item);
    else if (does === 'delete') open(item, item, 'message', 'delete');
    else items.at({ first: 0, last: -1, up: Math.max(0, at - 1), down: Math.min(at + 1, items.length - 1) }[does])?.focus();
  };
  const listeners = {
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
    onClick: (/** @type {Event} */ event) => {
      const face = /** @type {Element} */ (event.target).closest('.msg>.arch,.by b');
      if (face) open(face, face, 'profile');
    },
    onPointerUp: letGo,
    onPointerCancel: letGo,
    onContextMenu: (/** @type {Event} */ event) => {
      if (press.current.done) event.preventDefault();
    },
    onFocusIn: (/** @type {FocusEvent} */ { target }) => {
      const row = rowOf(/** @type {Element} */ (target));
      if (row) setLast(row.id);
    },
    onKeyDown: key,
  };
  const stop = (rows.find((row) => row.id === last && stands(row)) ?? rows.findLast(stands))?.id ?? '';
  return { ways, stop, listeners };
}
