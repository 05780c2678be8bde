// Asks how those look who are shown, many at once; and once more after every connection, since it may have changed.

import { effect } from '../../vendor/preact.js';
import { faces, soughtBy } from '../faces.js';

/** How long more may come together before they are asked about, in milliseconds. */
const PAUSE_MS = 60;

/** How many the server is asked about at once. */
const ASK_MAX = 100;

/**
 * Seeks those who are not known.
 * @param {{link: {value: {phase: string}}, ask: (op: string, fields: object) => Promise<any>}} session
 * @param {import('../../net/socket.js').Timers} timers
 */
export function seekFaces(session, timers) {
  let isAsking = false;
  let isLive = false;
  const later = () => {
    if (!isLive || isAsking || unknown.size === 0) return;
    isAsking = true;
    timers.set(ask, PAUSE_MS);
  };
  const unknown = soughtBy(later);
  const ask = async () => {
    const users = [...unknown].slice(0, ASK_MAX);
    try {
      const { faces: found } = await session.ask('faces', { users });
      for (const user of users) unknown.delete(user);
      faces.value = new Map([...faces.peek(), ...users.map((user) => /** @type {const} */ ([user, found[user] ?? '']))]);
      isAsking = false;
      later();
    } catch {
      // They keep the colour that everybody has at first, until the next connection.
      isAsking = false;
    }
  };
  effect(() => {
    const wasLive = isLive;
    isLive = session.link.value.phase === 'live';
    if (!isLive || wasLive) return undefined;
    for (const user of faces.peek().keys()) unknown.add(user);
    later();
    return undefined;
  });
}
