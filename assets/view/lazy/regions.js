// F6: from region to region.

import { nextRegion } from '../../core/regions.js';

/** Where F6 leads: the hall, by the room one is in, the messages, the place to write. */
const REGIONS = ['.hall [aria-current], .hall .way', '.log', '#say'];

/** Leads to the next region, or the one before. @param {1 | -1} by */
export function lead(by) {
  const places = REGIONS.map((region) => /** @type {HTMLElement | null} */ (document.querySelector(region)));
  const from = places.findIndex((place) => place?.closest('.hall, .log, .foot')?.contains(document.activeElement));
  places[
    nextRegion(
      places.map((place) => place?.offsetParent != null),
      from,
      by,
    )
  ]?.focus();
}
