// What was last seen: the doors and the last page of each room, kept in the browser for the one who saw it, so that the next
// start has something to show before the server answers, and goes on from there instead of fetching it all again.
//
// A row is one room as it was at one moment: its page ends at its cursor and has in it whatever was edited or deleted up to
// there. What came later follows by that cursor, or a reset replaces it. Rows of another build are not read, since that one
// may have left out of its page what this one knows.
//
// Absent: rows of anybody but who is signed in here; rooms that the last list of the server did not have.

import { effect, untracked } from '../../vendor/preact.js';

/** @typedef {import('../../core/proto.js').Account} Account */
/** @typedef {import('../../core/proto.js').Entry} Entry */
/** @typedef {import('../../core/proto.js').RoomInfo} RoomInfo */
/** @typedef {import('../room.js').Room} Room */

/**
 * A room as it was, or, under room 0, whose shelf it is. `cursor` is 0 where no page is kept.
 * @typedef {{user: number, room: number, build: string, me?: Account, info?: RoomInfo, cursor?: number, entries?: readonly Entry[]}} Row
 * @typedef {{db: import('../../net/db.js').Db, rooms: import('../rooms.js').Rooms, timeline: import('../timeline.js').Timeline,
 *   me: () => Account | null, timers: import('../../net/socket.js').Timers, build: string}} Tools
 */

/** How many rooms are kept; a server lets one be in 500 unless it is told otherwise. */
export const DOORS_MAX = 1000;

/** How many of them with their page, those in which something was last: what one may want to look at on a journey. */
export const PAGES_MAX = 100;

/** How long a page may be, in characters of JSON; with `PAGES_MAX`, 6.5 MB at most. Ordinary pages have a fifth of it. */
export const PAGE_CHARS_MAX = 65_536;

/** How long something new waits to be written, in milliseconds, so that a busy room costs one write now and then. */
export const WRITE_MS = 2000;

/** The shelf of this browser. */
export class Shelf {
  /** @type {any} */ #timer = null;
  /** What is written of each room: its words, and its newest entries. @type {Map<number, {info: string, recent: readonly Entry[]}>} */
  #written = new Map();
  #head = '';
  #user = 0;

  /** @param {Tools} tools @param {readonly Row[]} rows */
  constructor(tools, rows) {
    this.tools = tools;
    const own = rows.filter((row) => row.build === tools.build);
    /** Who was here last. @type {Account | null} */
    this.last = own.find((row) => row.room === 0)?.me ?? null;
    this.rows = own.filter((row) => row.room !== 0 && row.user === this.last?.id);
    let count = 0;
    effect(() => {
      const { length } = tools.rooms.list.value;
      // A room that one has left must not stand here until later.
      if (length < count) untracked(() => this.write());
      count = length;
      return undefined;
    });
  }

  /** Looks what is there. @param {Tools} tools */
  static async open(tools) {
    return new Shelf(tools, await tools.db.shelf());
  }

  /** From here on it is the shelf of this person: shows what is on it, if it is theirs; what others have left goes. @param {Account} me */
  belong(me) {
    const { rooms, timeline, db } = this.tools;
    const theirs = this.last?.id === me.id ? this.rows : [];
    this.#lose();
    this.#user = me.id;
    db.clearShelf(theirs.length > 0 ? me.id : null);
    if (rooms.list.peek().length > 0) return;
    rooms.welcome(theirs.flatMap(({ info }) => info ?? []));
    for (const { room, cursor, entries } of theirs) if (cursor && entries) timeline.reset(room, cursor, entries);
    for (const { room } of theirs) this.#written.set(room, { info: '', recent: [] });
  }

  /** Nobody is here any more: nothing stays. */
  drop() {
    this.#lose();
    this.tools.db.clearShelf(null);
  }

  #lose() {
    this.tools.timers.clear(this.#timer);
    this.#timer = null;
    this.#written.clear();
    this.#head = '';
    this.#user = 0;
    this.last = null;
    this.rows = [];
  }

  /** Something has changed: it is written a little later. */
  soon() {
    this.#timer ??= this.tools.timers.set(() => this.write(), WRITE_MS);
  }

  /** The page goes: what waits is written now. */
  hurry() {
    if (this.#timer !== null) this.write();
  }

  /** Writes what has changed. */
  write() {
    this.tools.timers.clear(this.#timer);
    this.#timer = null;
    const user = this.#user;
    const me = this.tools.me();
    if (me?.id !== user) return;
    const { build } = this.tools;
    const list = this.tools.rooms.list.peek().slice(0, DOORS_MAX);
    const rows = this.#changed(list).map((row) => ({ user, build, ...row }));
    const head = JSON.stringify(me);
    if (head !== this.#head) rows.push({ user, build, room: 0, me });
    this.#head = head;
    const gone = [...this.#written.keys()].filter((id) => !list.some((room) => room.id === id));
    for (const id of gone) this.#written.delete(id);
    if (rows.length + gone.length > 0) this.tools.db.keepShelf(user, rows, gone);
  }

  /** @param {readonly Room[]} list @returns {Omit<Row, 'user' | 'build'>[]} */
  #changed(list) {
    const latest = [...list].sort((one, other) => stirredAt(other) - stirredAt(one)).slice(0, PAGES_MAX);
    const withPage = new Set(latest);
    return list.flatMap((room) => {
      const { cursor, recent } = withPage.has(room) ? room.log.peek() : { cursor: 0, recent: [] };
      const known = infoOf(room);
      const info = JSON.stringify(known);
      const before = this.#written.get(room.id);
      if (before?.info === info && before.recent === recent) return [];
      this.#written.set(room.id, { info, recent });
      return [{ room: room.id, info: known, cursor, entries: fitting(recent) }];
    });
  }
}

/** When something last happened in a room. @param {Room} room */
const stirredAt = (room) => room.log.peek().recent.at(-1)?.at ?? 0;

/** A room as the server would tell of it, as far as this page knows. @param {Room} room @returns {RoomInfo} */
function infoOf(room) {
  const [name, topic, people] = [room.given.peek(), room.topic.peek(), [...room.people.peek()]];
  const { cursor } = room.log.peek();
  return {
    ...room.info,
    ...room.rules.peek(),
    name,
    topic,
    people,
    head: cursor,
    read: room.read.peek(),
    unread: room.unread.peek(),
    mentions: room.mentions.peek(),
    level: room.level.peek(),
  };
}

/** As many of the newest entries as there is room for. @param {readonly Entry[]} recent @returns {readonly Entry[]} */
function fitting(recent) {
  let chars = 0;
  const first = recent.findLastIndex((entry) => {
    chars += JSON.stringify(entry).length;
    return chars > PAGE_CHARS_MAX;
  });
  return recent.slice(first + 1);
}
