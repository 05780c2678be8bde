// Asking the server while somebody types: a while after the last letter, and what comes too late is not heard.

/** How long one may go on typing before the server is asked, in milliseconds. */
const PAUSE_MS = 200;

/**
 * Has `look` ask after a pause; what an effect returns to call it off, after which `stale` says so.
 * @param {import('../../net/socket.js').Timers} timers @param {(stale: () => boolean) => unknown} look
 * @param {boolean} [soon] without the pause @returns {() => void}
 */
export function afterPause(timers, look, soon) {
  let isStale = false;
  const timer = timers.set(() => void look(() => isStale), soon ? 0 : PAUSE_MS);
  return () => {
    isStale = true;
    timers.clear(timer);
  };
}
