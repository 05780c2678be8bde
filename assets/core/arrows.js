// Which way an arrow key leads, as one reads: where the text runs from right to left, the left one leads on.

import { direction, spoken } from './words.js';

/** @type {Record<string, string>} */
const MIRRORED = { ArrowLeft: 'ArrowRight', ArrowRight: 'ArrowLeft' };

/** A key, by the name that it has where one reads from left to right. @param {string} key as of `KeyboardEvent` */
export const asRead = (key) => (direction(spoken()) === 'rtl' && MIRRORED[key]) || key;
