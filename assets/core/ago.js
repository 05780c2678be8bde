// When something was, as people say it.

import { clock, dayTitle } from './time.js';
import { say, spoken } from './words.js';

/** Units, how many minutes one has, and how many of it one says. @type {readonly [Intl.RelativeTimeFormatUnit, number, number][]} */
const UNITS = [
  ['minute', 1, 60],
  ['hour', 60, 24],
  ['day', 1440, 30],
  ['month', 43_800, 12],
  ['year', 525_600, Number.POSITIVE_INFINITY],
];

/**
 * How long ago something was: `5 minutes ago`, `yesterday`, `3 months ago`.
 * @param {number} at @param {number} now both in Unix milliseconds @param {string} [locale]
 */
export function ago(at, now, locale = spoken()) {
  const minutes = Math.max(0, now - at) / 60_000;
  const [unit, size] = UNITS.find(([, one, most]) => minutes < one * most) ?? UNITS[0];
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(-Math.floor(minutes / size), unit);
}

/** `Yesterday, 17:52`. @param {number} at @param {number} now both in Unix milliseconds */
export const when = (at, now) => say('ago.when', { day: dayTitle(at, now), time: clock(at) });
