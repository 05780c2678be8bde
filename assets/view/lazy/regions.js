// F6: from region to region.

import { nextRegion } from '../../core/regions.js';

/** Where F6 leads, by the first of them that is there: the hall, by the room one is in; the last message; the place to write. */
const REGIONS = [['.hall [aria-current]', '.hall .way'], ['.log .msg[tabindex="0"]', '.log'], ['#say']];

/** Leads to the next region, or the one before. @param {1 | -1} by */
export function lead(by) {
  const places = REGIONS.map((region) => {
    const found = region.map((one) => /** @type {HTMLElement | null} */ (document.querySelector(one)));
    return found.find(Boolean);
  });
  const from = places.findIndex((place) => place?.closest('.hall, .log, .foot')?.contains(document.activeElement));
  places[
    nextRegion(
      places.map((place) => place?.offsetParent != null),
      from,
      by,
    )
  ]?.focus();
}
