// Messages that others answer and the log does not hold: fetched together, and changed by what comes afterwards.

import { heed } from '../../core/changes.js';
import { effect } from '../../vendor/preact.js';

/** @typedef {import('../../core/proto.js').Entry} Entry */
/** @typedef {ReadonlyMap<number, Entry | null>} Held by `seq`; `null`: it is not one's to see */

/** How many messages one request asks for. */
const ASK_MAX = 50;

/** How many are kept for one room. */
const HELD_MAX = 400;

/** The quoted messages of all rooms. */
export class Quotes {
  /** @type {Set<string>} */ #asked = new Set();

  /**
   * `held` is where they are kept, by room.
   * @param {import('../rooms.js').Rooms} rooms @param {import('../session.js').Session} session
   * @param {import('../../vendor/preact.js').Signal<ReadonlyMap<number, Held>>} held
   */
  constructor(rooms, session, held) {
    this.session = session;
    this.held = held;
    effect(() => {
      const room = rooms.current.value;
      if (!room || session.link.value.phase !== 'live') return undefined;
      this.#want(room.id, room.log.value.entries);
      return undefined;
    });
  }

  /** Something about a message has changed. @param {Entry} change */
  heed(change) {
    const held = this.held.peek().get(change.room);
    const quoted = held?.get(change.target ?? 0);
    if (held && quoted) this.#keep(change.room, [[quoted.seq, heed(quoted, change)]]);
  }

  /** @param {number} room @param {readonly Entry[]} entries */
  #want(room, entries) {
    const there = new Set(entries.map((entry) => entry.seq));
    const wanted = entries.flatMap(({ reply_to: seq }) => (seq && !there.has(seq) ? [seq] : []));
    const held = this.held.peek().get(room);
    const missing = [...new Set(wanted)].filter((seq) => !held?.has(seq) && !this.#asked.has(`${room} ${seq}`));
    for (let from = 0; from < missing.length; from += ASK_MAX) void this.#fetch(room, missing.slice(from, from + ASK_MAX));
  }

  /** @param {number} room @param {readonly number[]} seqs */
  async #fetch(room, seqs) {
    for (const seq of seqs) this.#asked.add(`${room} ${seq}`);
    try {
      /** @type {{entries: readonly Entry[]}} */
      const { entries } = await this.session.ask('entries', { room, seqs });
      this.#keep(
        room,
        seqs.map((seq) => [seq, entries.find((entry) => entry.seq === seq) ?? null]),
      );
    } catch {
      // Asked for again when the link is back, or the next time that they are seen.
    } finally {
      for (const seq of seqs) this.#asked.delete(`${room} ${seq}`);
    }
  }

  /** @param {number} room @param {readonly (readonly [number, Entry | null])[]} entries */
  #keep(room, entries) {
    const held = new Map([...(this.held.peek().get(room) ?? []), ...entries]);
    for (const seq of [...held.keys()].slice(0, Math.max(0, held.size - HELD_MAX))) held.delete(seq);
    this.held.value = new Map([...this.held.peek(), [room, held]]);
  }
}
