// What the server says of its own accord, handed to whom it concerns.

import { faces } from './faces.js';

/**
 * Who listens, each for its part.
 * @typedef {{rooms: import('./rooms.js').Rooms, timeline: import('./timeline.js').Timeline,
 *   outbox: import('./outbox.js').OutboxStore, presence: import('./presence.js').Presence,
 *   reading: import('./reading.js').Reading, drafts: import('./drafts.js').Drafts, prefs: import('./prefs.js').Settings}} Crew
 */

/**
 * Hands on what happened in a room.
 * @param {Crew} crew @param {import('../core/proto.js').Happening} event @param {number} me
 * @returns {boolean} false when it shows that something was missed
 */
export function hear(crew, event, me) {
  switch (event.ev) {
    case 'entry':
      return crew.timeline.entry(/** @type {any} */ (event));
    case 'reset':
      crew.timeline.reset(event.room, event.head, event.entries);
      break;
    case 'joined':
      crew.rooms.joined(event.room);
      break;
    case 'left':
      crew.rooms.left(event.room);
      break;
    case 'read':
      crew.rooms.get(event.room)?.readTo(event.seq, me);
      break;
    case 'level': {
      const room = crew.rooms.get(event.room);
      if (room) room.level.value = event.level;
      break;
    }
    case 'face':
      faces.value = new Map(faces.peek()).set(event.user, event.face ?? '');
      break;
    case 'prefs':
      crew.prefs.heard(event.prefs);
      break;
    case 'typing':
      crew.presence.typing(event.room, event.by);
      break;
    case 'presence':
      crew.presence.present(event.room, event.count, event.people);
  }
  return true;
}
