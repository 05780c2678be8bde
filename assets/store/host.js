// What is done with a room beyond talking in it: its people, its name, what holds in it, its end.

/** @typedef {import('../core/proto.js').Member} Member */
/** @typedef {import('../core/proto.js').Somebody} Somebody */

/** One room's affairs. Every method rejects with `Refused`. */
export class Host {
  /** @param {import('./rooms.js').Rooms} rooms @param {number} room */
  constructor(rooms, room) {
    this.rooms = rooms;
    this.room = room;
  }

  /** @param {string} op @param {object} [fields] @returns {Promise<any>} */
  #ask(op, fields) {
    return this.rooms.ask(op, { room: this.room, ...fields });
  }

  /** @param {string} op @param {object} fields @returns {Promise<any>} */
  #write(op, fields) {
    return this.#ask(op, { key: this.rooms.newKey(), ...fields });
  }

  /** A page of those who are in. @param {number} after @returns {Promise<{members: Member[], more: boolean}>} */
  members(after) {
    return this.#ask('members', { after });
  }

  /** Brings somebody in. @param {number} user */
  bring(user) {
    return this.#ask('bring', { user });
  }

  /** Takes somebody out. @param {number} user */
  remove(user) {
    return this.#ask('remove', { user });
  }

  /** Says what it is about. @param {string} text */
  setTopic(text) {
    return this.#write('topic', { text });
  }

  /** Calls it something else. @param {string} text */
  rename(text) {
    return this.#write('rename', { text });
  }

  /** Changes what holds in it; what is not named stays. @param {Partial<import('../core/proto.js').Rules>} rules */
  rule(rules) {
    return this.#write('rules', rules);
  }

  /** Deletes a message. @param {number} seq */
  strike(seq) {
    return this.#write('delete', { seq });
  }

  /** Shows a message to the moderators. @param {number} seq @param {string} reason */
  report(seq, reason) {
    return this.#ask('report', { seq, reason });
  }

  /** Leaves it for good. */
  leave() {
    return this.rooms.leave(this.room);
  }

  /** Deletes it with all that was said. @param {string} name typed again, to be sure */
  demolish(name) {
    return this.rooms.demolish(this.room, name);
  }
}

/**
 * A page of the people on this server.
 * @param {import('./rooms.js').Rooms} rooms @param {string} q what the name has in it @param {number} after
 * @returns {Promise<{people: Somebody[], more: boolean}>}
 */
export const findPeople = (rooms, q, after) => rooms.ask('people', { q, after });

/**
 * What somebody is, and whether they are in the room; `null`: nobody that one may know of.
 * @param {import('./rooms.js').Rooms} rooms @param {number} room @param {number} id @param {boolean} listed whether one may list people
 * @returns {Promise<{role: import('../core/proto.js').Role, inside: boolean} | null>}
 */
export async function roleOf(rooms, room, id, listed) {
  /** @type {{members: Member[]}} */
  const { members } = await rooms.ask('members', { room, after: id - 1 });
  if (members[0]?.id === id) return { role: members[0].role, inside: true };
  if (!listed) return null;
  /** @type {{people: Somebody[]}} */
  const { people } = await findPeople(rooms, '', id - 1);
  return people[0]?.id === id ? { role: people[0].role, inside: false } : null;
}
