// The connection as a state machine: what has happened goes in, what is to be done comes out. It knows no clock and no
// socket; store/session.js carries its effects out.
//
//   off -> opening -> syncing -> live
//            ^  \________|________/
//            |           v
//            +------- waiting        refused: the session has ended, or one is banned;  offline: the device says there is no network

/** Why one stands before the door: the session has ended, or one is banned. @typedef {'ended' | 'banned'} Why */

/**
 * `tries` counts how often it went wrong since the link was last live.
 * @typedef {'off' | 'opening' | 'syncing' | 'live' | 'waiting' | 'offline' | 'refused'} Phase
 * @typedef {{phase: Phase, tries: number}} Link
 */

/**
 * `roll` is a random number from 0 to 1, so that a thousand clients do not come back in the same second.
 * @typedef {{type: 'start'} | {type: 'stop'} | {type: 'open'} | {type: 'synced'} | {type: 'timer'} | {type: 'online'}
 *   | {type: 'offline'} | {type: 'visible'} | {type: 'silence'} | {type: 'hole', roll: number}
 *   | {type: 'close', code: number, roll: number} | {type: 'ended', why: Why}} LinkEvent
 */

/**
 * connect: open a socket. hello: greet with the cursors. flush: send the outbox. wait: send `timer` after that time.
 * drop: forget socket and timer. probe: ask whether the link is alive. ask: find out whether the session still holds.
 * door: show the door, and why.
 * @typedef {{do: 'connect' | 'hello' | 'flush' | 'drop' | 'probe' | 'ask'} | {do: 'wait', ms: number}
 *   | {do: 'door', why: Why}} LinkEffect
 */

/** @typedef {{state: Link, effects: LinkEffect[]}} LinkStep */

/** The shortest wait before the next try, in milliseconds. */
export const WAIT_MS_MIN = 500;

/** The longest wait before the next try, in milliseconds. */
export const WAIT_MS_MAX = 30_000;

/** The close code that says: the session has ended. */
export const CLOSE_SESSION_ENDED = 4401;

/** The close code that says: the account is banned. */
export const CLOSE_BANNED = 4403;

/** From this many failures on, the session itself is doubted: a refused handshake shows no reason. */
const TRIES_BEFORE_ASKING = 2;

/** @type {Link} */
export const LINK_OFF = { phase: 'off', tries: 0 };

/**
 * What follows from an event; an event that means nothing in this state changes nothing.
 * @param {Link} state @param {LinkEvent} event @returns {LinkStep}
 */
export function step(state, event) {
  switch (event.type) {
    case 'start':
      return isResting(state) ? to('opening', 0, { do: 'connect' }) : stay(state);
    case 'stop':
      return state.phase === 'off' ? stay(state) : to('off', 0, { do: 'drop' });
    case 'open':
      return state.phase === 'opening' ? to('syncing', state.tries, { do: 'hello' }) : stay(state);
    case 'synced':
      return state.phase === 'syncing' ? to('live', 0, { do: 'flush' }) : stay(state);
    case 'close':
      return isConnected(state) ? closed(state, event) : stay(state);
    case 'hole':
      return hasSocket(state) ? waiting(state, event.roll, { do: 'drop' }) : stay(state);
    case 'silence':
      return hasSocket(state) ? to('opening', state.tries, { do: 'drop' }, { do: 'connect' }) : stay(state);
    case 'offline':
      return isResting(state) || state.phase === 'offline' ? stay(state) : to('offline', state.tries, { do: 'drop' });
    case 'ended':
      return isResting(state) ? stay(state) : to('refused', 0, { do: 'drop' }, { do: 'door', why: event.why });
    default:
      return woken(state, event.type);
  }
}

/**
 * The timer, the network or the person says: now.
 * @param {Link} state @param {'timer' | 'online' | 'visible'} type @returns {LinkStep}
 */
function woken(state, type) {
  if (state.phase === 'waiting') return to('opening', state.tries, { do: 'drop' }, { do: 'connect' });
  if (type === 'timer') return stay(state);
  if (state.phase === 'offline') return to('opening', state.tries, { do: 'connect' });
  return hasSocket(state) ? stay(state, { do: 'probe' }) : stay(state);
}

/** @param {Link} state @param {{code: number, roll: number}} event @returns {LinkStep} */
function closed(state, event) {
  if (event.code === CLOSE_SESSION_ENDED) return to('refused', 0, { do: 'door', why: 'ended' });
  if (event.code === CLOSE_BANNED) return to('refused', 0, { do: 'door', why: 'banned' });
  const doubt = state.phase === 'opening' && state.tries + 1 >= TRIES_BEFORE_ASKING;
  return doubt ? waiting(state, event.roll, { do: 'ask' }) : waiting(state, event.roll);
}

/** @param {Link} state @param {number} roll @param {LinkEffect[]} effects @returns {LinkStep} */
function waiting(state, roll, ...effects) {
  const longest = Math.min(WAIT_MS_MAX, WAIT_MS_MIN * 2 ** (state.tries + 1));
  const ms = Math.max(WAIT_MS_MIN, Math.round(longest * (0.5 + roll / 2)));
  return to('waiting', state.tries + 1, ...effects, { do: 'wait', ms });
}

/** @param {Link} state */
const isResting = (state) => state.phase === 'off' || state.phase === 'refused';

/** @param {Link} state */
const hasSocket = (state) => state.phase === 'syncing' || state.phase === 'live';

/** @param {Link} state */
const isConnected = (state) => state.phase === 'opening' || hasSocket(state);

/** @param {Phase} phase @param {number} tries @param {LinkEffect[]} effects @returns {LinkStep} */
const to = (phase, tries, ...effects) => ({ state: { phase, tries }, effects });

/** @param {Link} state @param {LinkEffect[]} effects @returns {LinkStep} */
const stay = (state, ...effects) => ({ state, effects });
