// How far one has read. It advances only while somebody is there: the window has focus, the newest entry is in sight, and
// a hand has moved since one came.

import { endsAtCursor } from '../core/log.js';
import { computed, effect, signal, untracked } from '../vendor/preact.js';

/** How long after one `read` the next may go out, in milliseconds. */
const READ_EVERY_MS = 1000;

/** Watches what is being read. */
export class Reading {
  /** @type {Set<import('./room.js').Room>} */ #unsaid = new Set();
  #resting = false;

  /**
   * @param {import('./rooms.js').Rooms} rooms @param {() => number} me
   * @param {(op: string, fields: object) => Promise<any>} ask @param {import('../net/socket.js').Timers} timers
   */
  constructor(rooms, me, ask, timers) {
    this.rooms = rooms;
    this.me = me;
    this.ask = ask;
    this.timers = timers;
    /** Whether the window is in front and has the focus. */
    this.focused = signal(false);
    /** Whether there was input since it got the focus. */
    this.touched = signal(false);
    /** The room whose newest entry is in sight; 0 when none is. */
    this.endOf = signal(0);
    /** Is told of every hand that moves. */
    this.moved = () => {};
    this.atEnd = computed(() => this.endOf.value === rooms.current.value?.id);
    this.attentive = computed(() => this.focused.value && this.touched.value);
    effect(() => this.#look());
  }

  /** The window came to the front, or went away. @param {boolean} focused */
  focus(focused) {
    this.focused.value = focused;
    if (!focused) this.touched.value = false;
  }

  /** Somebody moved a hand. */
  touch() {
    this.moved();
    if (this.focused.peek()) this.touched.value = true;
  }

  /** @returns {undefined} */
  #look() {
    const room = this.rooms.current.value;
    const log = room?.log.value;
    if (!room || !log || !this.atEnd.value || !endsAtCursor(log)) return;
    untracked(() => {
      room.below.value = 0;
    });
    if (this.attentive.value && log.cursor > room.read.peek()) untracked(() => this.#advance(room, log.cursor));
  }

  /** @param {import('./room.js').Room} room @param {number} seq */
  #advance(room, seq) {
    room.readTo(seq, this.me());
    this.#unsaid.add(room);
    this.#say();
  }

  #say() {
    if (this.#resting || this.#unsaid.size === 0) return;
    this.#resting = true;
    for (const room of this.#unsaid) this.ask('read', { room: room.id, seq: room.read.peek() }).catch(() => {});
    this.#unsaid.clear();
    this.timers.set(() => {
      this.#resting = false;
      this.#say();
    }, READ_EVERY_MS);
  }

  /** After a new connection: says again what the server may not have heard. @param {readonly {id: number, read: number}[]} infos */
  welcome(infos) {
    for (const info of infos) {
      const room = this.rooms.get(info.id);
      if (room && room.read.peek() > info.read) this.#unsaid.add(room);
    }
    this.#say();
  }
}
