// Small parts that many views use: icons, people's arches, rows that render only when they change.

import { parse, plain } from '../core/markup.js';
import { hue, initial } from '../core/names.js';
import { faceOf } from '../store/faces.js';
import { Component, html } from '../vendor/preact.js';

const SPRITE = new URL('../icons.svg', import.meta.url).pathname;

/** A line icon from the sprite. @param {{name: string}} props */
export function Icon({ name }) {
  return html`<svg class="i" aria-hidden="true"><use href=${`${SPRITE}#${name}`} /></svg>`;
}

/** How much of a message stands for it in one line. */
const GIST_CHARS = 160;

/** A message in one line. @param {string} text */
export function gist(text) {
  const line = plain(parse(text));
  return line.length > GIST_CHARS ? `${line.slice(0, GIST_CHARS)}…` : line;
}

/** A person as a small arched window, dimmed for one who is away. @param {{person: {id: number, name: string, away?: boolean}, small?: boolean, on?: boolean}} props */
export function Arch({ person, small, on }) {
  const face = faceOf(person.id) || `${hue(person.id)}`;
  const kind = `arch h${face[0] === 'p' ? hue(person.id) : face}${small ? ' s' : ''}${on ? ' on' : ''}${person.away ? ' away' : ''}`;
  return html`<span class=${kind} aria-hidden="true">${face[0] === 'p' ? html`<img src=${`/api/v1/faces/${face.slice(1)}`} alt="" />` : initial(person.name)}</span>`;
}

/**
 * A view that renders anew only when one of its properties, or of its `row`, has another value.
 * @template {Record<string, any>} P @param {(props: P) => import('../vendor/preact.js').Child} view
 */
export function onlyWhenChanged(view) {
  return class extends Component {
    /** @param {any} next */
    shouldComponentUpdate(next) {
      const { row, ...rest } = /** @type {any} */ (this.props);
      const { row: nextRow, ...nextRest } = next;
      return !same(rest, nextRest) || !same(row, nextRow);
    }

    render() {
      return view(/** @type {any} */ (this.props));
    }
  };
}

/** @param {Record<string, any>} one @param {Record<string, any>} other */
function same(one, other) {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
