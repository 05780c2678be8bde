// How people look: by a colour of their choice or by a picture, as far as this is known.

import { signal } from '../vendor/preact.js';

/** By a person's id: `0` to `7`, a colour, or `p` and the id of a picture; empty: they have chosen nothing. */
export const faces = signal(/** @type {ReadonlyMap<number, string>} */ (new Map()));

/** Of whom it is not known. @type {Set<number>} */
const unknown = new Set();
let seek = () => {};

/** How somebody looks; who is not known yet is asked for. @param {number} id */
export function faceOf(id) {
  const face = faces.value.get(id);
  if (face === undefined && id > 0 && !unknown.has(id)) {
    unknown.add(id);
    seek();
  }
  return face;
}

/** Has somebody seek those who are not known, from now on: `run` is called when there is one more. @param {() => void} run */
export function soughtBy(run) {
  seek = run;
  return unknown;
}
