// Times as people read them. Every function takes the moment; none asks a clock.

import { say, spoken } from './words.js';

/** @typedef {{locale?: string, zone?: string}} Place */

const DAY_MS = 24 * 60 * 60 * 1000;

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/**
 * A formatter, made once: making one takes longer than a hundred uses.
 * @param {Place} place @param {Intl.DateTimeFormatOptions} options
 */
function format(place, options) {
  const locale = place.locale ?? spoken();
  const name = JSON.stringify([locale, place.zone, options]);
  const found = formats.get(name);
  if (found) return found;
  const made = new Intl.DateTimeFormat(locale, { ...options, timeZone: place.zone });
  formats.set(name, made);
  return made;
}

/**
 * Hours and minutes: `17:52`.
 * @param {number} at @param {Place} [place]
 */
export function clock(at, place = {}) {
  return format(place, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
}

/**
 * A name for the day that is the same for all moments of it: `2026-11-14`.
 * @param {number} at @param {Place} [place]
 */
export function dayOf(at, place = {}) {
  return format({ ...place, locale: 'en-CA' }, { year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);
}

/**
 * The day as a heading: `Today`, `Yesterday`, `Friday, 13 November`, and with its year when that is another.
 * @param {number} at @param {number} now @param {Place} [place]
 */
export function dayTitle(at, now, place = {}) {
  const day = dayOf(at, place);
  if (day === dayOf(now, place)) return say('day.today');
  if (day === dayOf(now - DAY_MS, place)) return say('day.yesterday');
  const sameYear = day.slice(0, 4) === dayOf(now, place).slice(0, 4);
  return format(place, { weekday: 'long', day: 'numeric', month: 'long', year: sameYear ? undefined : 'numeric' }).format(at);
}

/**
 * The whole moment, for a tooltip: `Friday, 13 November 2026 at 17:52`.
 * @param {number} at @param {Place} [place]
 */
export function moment(at, place = {}) {
  return format(place, { dateStyle: 'full', timeStyle: 'short' }).format(at);
}

/**
 * How long something takes, rounded up to what one says: `40 s`, `4 min`, `3 h`, `2 days`.
 * @param {number} ms
 */
export function span(ms) {
  const seconds = Math.ceil(ms / 1000);
  if (seconds <= 90) return say('span.s', { n: Math.max(1, seconds) });
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60 || (minutes > 60 && minutes <= 90)) return say('span.min', { n: minutes });
  const hours = Math.ceil(minutes / 60);
  return hours <= 48 ? say('span.h', { n: hours }) : say('span.days', { n: Math.ceil(hours / 24) });
}
