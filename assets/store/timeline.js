// What comes into the rooms' logs, live and from history, and what of it stands in the page.

import { isChange } from '../core/changes.js';
import { endsAtCursor, firstSeq, join, lastSeq, reset, take, toLatest, trim, turnTo } from '../core/log.js';
import { calls, excess, isSaid, ROWS_MAX, rows } from '../core/rows.js';
import { say } from '../core/words.js';
import { computed, signal } from '../vendor/preact.js';

/** @typedef {import('../core/proto.js').Entry} Entry */
/** @typedef {import('./room.js').Room} Room */

/** How many entries one page of history has. */
const PAGE_ENTRIES = 50;

/** When a page of history that the server refused is asked for again if it names no time, in milliseconds. */
const AGAIN_MS = 2000;

/** How many announcements stand in the live region; old ones go so that it does not grow. */
const SPOKEN_MAX = 3;

/** How much of a long message is read out. */
const SPOKEN_CHARS = 300;

/** @type {ReadonlyMap<number, Entry | null>} */
const NO_QUOTES = new Map();

/** The logs of all rooms, and the rows of the current one. */
export class Timeline {
  /**
   * @param {import('./rooms.js').Rooms} rooms @param {import('./session.js').Session} session
   * @param {import('./outbox.js').OutboxStore} outbox @param {import('./reading.js').Reading} reading
   * @param {(op: string, fields: object) => Promise<any>} ask @param {import('../net/socket.js').Timers} timers
   */
  constructor(rooms, session, outbox, reading, ask, timers) {
    this.rooms = rooms;
    this.session = session;
    this.outbox = outbox;
    this.reading = reading;
    /** Messages that others answer and the log does not hold, by room, and who fetches them. */
    this.quotes = signal(/** @type {ReadonlyMap<number, ReadonlyMap<number, Entry | null>>} */ (new Map()));
    /** @type {import('./lazy/quotes.js').Quotes | null} */
    this.quoter = null;
    this.ask = ask;
    this.timers = timers;
    /** Counts up when the view is to look again at what it lacks. */
    this.lacks = signal(0);
    this.rows = computed(() => {
      const room = rooms.current.value;
      return room ? this.#rowsOf(room, room.log.value) : [];
    });
    /** Other people seen in this room, for @names; one string, so that it changes only when they do. */
    this.names = computed(() => namesIn(rooms.current.value));
    /** Is told of every entry that comes in while the link is live. @type {(room: Room, entry: Entry) => void} */
    this.heard = () => {};
    /** Counts up when the view is to go to the end. */
    this.jumps = signal(0);
    /** The message that the view is to go to: its room and number, and how often one has gone anywhere. */
    this.aim = signal({ room: 0, seq: 0, times: 0 });
    /** How often the view has got there. */
    this.aimed = 0;
    /** What is read out to those who listen instead of looking. */
    this.spoken = signal(/** @type {readonly {id: string, text: string}[]} */ ([]));
  }

  /** @param {Room} room @param {import('../core/log.js').Log} log */
  #rowsOf(room, log) {
    const letters = this.outbox.box.value.filter((letter) => letter.room === room.id);
    const me = this.session.me.value ?? { id: 0, name: '' };
    const quotes = this.quotes.value.get(room.id) ?? NO_QUOTES;
    return rows({ log, letters, me, fresh: room.fresh.value, start: room.since, direct: room.kind === 'direct', quotes });
  }

  /** An entry came in. @param {Entry} entry @returns {boolean} false when it shows a hole */
  entry(entry) {
    const room = this.rooms.get(entry.room);
    if (!room) return true;
    const { log, outcome } = take(room.log.peek(), entry);
    if (outcome !== 'taken') return outcome === 'held';
    const visited = room === this.rooms.current.peek();
    if (visited) this.#note(room, entry);
    if (entry.kind === 'delete' && entry.target) this.#strike(room, entry.target);
    if (isChange(entry)) this.quoter?.heed(entry);
    room.log.value = visited ? this.#fit(room, log, this.reading.atEnd.peek() ? 'top' : 'end') : toLatest(log);
    this.#count(room, entry);
    this.#own(room, [entry]);
    if (this.session.link.peek().phase === 'live') this.heard(room, entry);
    return true;
  }

  /** The server replaces all that was held of a room. @param {number} id @param {number} head @param {readonly Entry[]} page */
  reset(id, head, page) {
    const room = this.rooms.get(id);
    if (!room) return;
    room.log.value = reset(head, page);
    if (room === this.rooms.current.peek() && room.fresh.peek() === null) room.enter();
    this.#own(room, page);
  }

  /** @param {Room} room @param {Entry} entry */
  #count(room, entry) {
    room.heed(entry);
    const still = room.archived.peek() ? [] : room.writers.peek();
    room.writers.value = still.filter((person) => person.id !== entry.by.id && person.id !== entry.who?.id);
    if (!isSaid(entry) || this.#mine(entry)) return;
    if (entry.seq <= Math.max(room.countedTo, room.read.peek())) return;
    room.unread.value += 1;
    if (calls(entry, this.session.me.peek()?.id ?? 0)) room.mentions.value += 1;
  }

  /** A message is deleted: it counts no more, and nobody is told of it. @param {Room} room @param {number} target */
  #strike(room, target) {
    this.spoken.value = this.spoken.peek().filter(({ id }) => id !== `${room.id}-${target}`);
    const { entries, recent } = room.log.peek();
    const held = [...recent, ...entries].find((entry) => entry.seq === target);
    if (!held || !isSaid(held) || this.#mine(held)) return;
    if (target > room.read.peek()) {
      room.unread.value = Math.max(0, room.unread.peek() - 1);
      if (calls(held, this.session.me.peek()?.id ?? 0)) room.mentions.value = Math.max(0, room.mentions.peek() - 1);
    }
    if (room.below.peek() > 0 && target >= room.belowFrom) room.below.value -= 1;
  }

  /** What a message means for the room one is in: the divider, the pill, the voice. @param {Room} room @param {Entry} entry */
  #note(room, entry) {
    if (!isSaid(entry) || this.#mine(entry)) return;
    if (!this.reading.attentive.peek() && room.fresh.peek() === null) room.fresh.value = entry.seq - 1;
    if (room.below.peek() === 0) room.belowFrom = entry.seq;
    if (!this.reading.atEnd.peek()) room.below.value += 1;
    if (this.session.link.peek().phase !== 'live') return;
    const text = say('message.spoken', { name: entry.by.name, text: (entry.text ?? '').slice(0, SPOKEN_CHARS) });
    this.spoken.value = [...this.spoken.peek(), { id: `${entry.room}-${entry.seq}`, text }].slice(-SPOKEN_MAX);
  }

  /** Tells the outbox which of its letters have arrived. @param {Room} room @param {readonly Entry[]} entries */
  #own(room, entries) {
    for (const entry of entries) {
      if (entry.key && this.#mine(entry)) this.outbox.stored(entry.key, entry.seq);
    }
    this.outbox.arrived(room.id, room.log.peek().cursor);
  }

  /** @param {Entry} entry */
  #mine(entry) {
    return entry.by.id === this.session.me.peek()?.id;
  }

  /** Keeps the page small. @param {Room} room @param {import('../core/log.js').Log} log @param {'top' | 'end'} side */
  #fit(room, log, side) {
    let fitting = log;
    while (fitting.entries.length * 2 + this.outbox.box.peek().length >= ROWS_MAX) {
      const tooMany = excess(this.#rowsOf(room, fitting));
      if (tooMany === 0) break;
      fitting = trim(fitting, side, tooMany);
    }
    return fitting;
  }

  /** Fetches the page above the window. */
  async older() {
    const room = this.rooms.current.peek();
    if (!room || firstSeq(room.log.peek()) <= room.since) return;
    await this.#load(room, 'older', { before: firstSeq(room.log.peek()) });
  }

  /** Brings the page below the window: from what stands aside, or from the server. */
  async newer() {
    const room = this.rooms.current.peek();
    if (!room || endsAtCursor(room.log.peek())) return;
    const log = room.log.peek();
    const near = join(log, log.recent);
    if (near !== log) room.log.value = this.#fit(room, near, 'top');
    else await this.#load(room, 'newer', { after: lastSeq(log) });
  }

  /** @param {Room} room @param {'older' | 'newer'} which @param {object} where */
  async #load(room, which, where) {
    if (room.loading.peek() || this.session.link.peek().phase !== 'live') return;
    room.loading.value = which;
    try {
      const { entries } = await this.ask('history', { room: room.id, limit: PAGE_ENTRIES, ...where });
      if (room === this.rooms.current.peek()) {
        room.log.value = this.#fit(room, join(room.log.peek(), entries), which === 'older' ? 'end' : 'top');
      }
      room.loading.value = '';
    } catch (reason) {
      const { code, retry_after_ms: ms = AGAIN_MS } = /** @type {{refusal: import('../core/proto.js').Refusal}} */ (reason)
        .refusal;
      const again = () => {
        room.loading.value = '';
        this.lacks.value += 1;
      };
      // With the link the view looks by itself.
      if (code === 'link_lost') room.loading.value = '';
      else this.timers.set(again, ms);
    }
  }

  /**
   * Goes to a message of a room that one is in, wherever in the log it is; the room becomes the current one by its address.
   * @param {number} id @param {number} seq @returns {Promise<boolean>} false when it is not to be had; rejects with `Refused`
   *   when the server cannot be asked
   */
  async jumpTo(id, seq) {
    const room = this.rooms.get(id);
    if (!room || seq < room.since) return false;
    if (!room.log.peek().entries.some((entry) => entry.seq === seq)) {
      const { entries } = await this.ask('history', { room: id, around: seq, limit: PAGE_ENTRIES });
      room.log.value = turnTo(room.log.peek(), entries);
    }
    this.aim.value = { room: id, seq, times: this.aim.peek().times + 1 };
    return room.log.peek().entries.some((entry) => entry.seq === seq);
  }

  /** The name of somebody, as far as this page has met them in the current room. @param {number} id @returns {string | undefined} */
  nameOf(id) {
    const room = this.rooms.current.peek();
    if (!room) return undefined;
    const met = [...room.here.peek().people, ...room.people.peek(), ...room.log.peek().entries.map((entry) => entry.by)];
    return met.find((person) => person.id === id)?.name;
  }

  /** Goes back to the newest entries. */
  latest() {
    const room = this.rooms.current.peek();
    if (!room) return;
    if (!endsAtCursor(room.log.peek())) room.log.value = toLatest(room.log.peek());
    room.below.value = 0;
    this.jumps.value += 1;
  }
}

/** @param {Room | null} room */
function namesIn(room) {
  if (!room) return '';
  const people = [...room.here.value.people, ...room.log.value.entries.map((entry) => entry.by)];
  return [...new Set(people.map((person) => person.name))].sort().join('\n');
}
