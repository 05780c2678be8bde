// Which region of the page comes next.

/**
 * The region that comes after, around the end; those that are not shown are passed over. `from` is -1 outside of all.
 * @param {readonly boolean[]} shown @param {number} from @param {1 | -1} by @returns {number} -1: there is none
 */
export function nextRegion(shown, from, by) {
  const start = from < 0 && by < 0 ? 0 : from;
  for (let steps = 1; steps <= shown.length; steps += 1) {
    const at = (start + by * steps + shown.length * 2) % shown.length;
    if (shown[at]) return at;
  }
  return -1;
}
