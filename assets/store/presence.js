// Passing things: who is here, who is writing. Never stored, forgotten when the link is lost.

/** @typedef {import('../core/proto.js').Person} Person */

/** How long somebody counts as writing after the last word of it, in milliseconds. */
const WRITING_MS = 6000;

/** How often one's own writing is told, in milliseconds. */
const TELL_EVERY_MS = 3000;

/** Who is around. */
export class Presence {
  /** @type {Map<string, any>} */ #timers = new Map();
  /** @type {Set<number>} */ #told = new Set();

  /**
   * @param {import('./rooms.js').Rooms} rooms @param {(op: string, fields: object) => Promise<any>} ask
   * @param {import('../net/socket.js').Timers} timers
   */
  constructor(rooms, ask, timers) {
    this.rooms = rooms;
    this.ask = ask;
    this.timers = timers;
  }

  /** Who is here now. @param {number} id @param {number} count @param {readonly import('../core/proto.js').Sitter[]} people */
  present(id, count, people) {
    const room = this.rooms.get(id);
    if (room) room.here.value = { count, people };
  }

  /** Somebody writes. @param {number} id @param {Person} by */
  typing(id, by) {
    const room = this.rooms.get(id);
    if (!room) return;
    const others = room.writers.peek().filter((person) => person.id !== by.id);
    room.writers.value = [...others, by];
    const name = `${id}-${by.id}`;
    this.timers.clear(this.#timers.get(name));
    const stop = () => {
      this.#timers.delete(name);
      room.writers.value = room.writers.peek().filter((person) => person.id !== by.id);
    };
    this.#timers.set(name, this.timers.set(stop, WRITING_MS));
  }

  /** One writes oneself: the others are told, now and then. @param {number} id */
  write(id) {
    if (this.#told.has(id)) return;
    this.#told.add(id);
    this.timers.set(() => this.#told.delete(id), TELL_EVERY_MS);
    this.ask('typing', { room: id }).catch(() => {});
  }

  /** The link is lost: nobody knows who is here. */
  lose() {
    for (const room of this.rooms.list.peek()) {
      room.here.value = { count: 0, people: [] };
      room.writers.value = [];
    }
  }
}
