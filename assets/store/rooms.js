// The rooms one is in, and which of them is lit: one object per room whose signals the views read.

import { EMPTY_LOG, toLatest } from '../core/log.js';
import { unreadBehind } from '../core/rows.js';
import { computed, signal } from '../vendor/preact.js';

/** @typedef {import('../core/proto.js').RoomInfo} RoomInfo */
/** @typedef {import('../core/proto.js').RoomOffer} RoomOffer */
/** @typedef {import('../core/proto.js').Person} Person */

/** How many pages of the room list are read; with 100 rooms each, more than anybody browses. */
const PAGES_MAX = 20;

/** One room as this client knows it. */
export class Room {
  /** @param {RoomInfo} info */
  constructor(info) {
    this.id = info.id;
    this.name = signal(info.name);
    this.topic = signal(info.topic);
    /** How far one has read. */
    this.read = signal(info.read);
    /** How many messages of others lie behind `read`. */
    this.unread = signal(info.unread);
    /** Up to here `unread` was counted by the server; only what is later is counted here. */
    this.countedTo = info.head;
    this.log = signal(EMPTY_LOG);
    /** The last `seq` before the "new" divider of this visit. */
    this.fresh = signal(/** @type {number | null} */ (null));
    /** How many messages of others came in below what one reads. */
    this.below = signal(0);
    /** Which page of history is on its way. */
    this.loading = signal(/** @type {'' | 'older' | 'newer'} */ (''));
    this.here = signal(/** @type {{count: number, people: readonly Person[]}} */ ({ count: 0, people: [] }));
    this.writers = signal(/** @type {readonly Person[]} */ ([]));
  }

  /** Takes over what the server says of the room; where one has read further than it knows, one's own count stands. @param {RoomInfo} info */
  update(info) {
    this.name.value = info.name;
    this.topic.value = info.topic;
    if (this.read.peek() > info.read) return;
    this.read.value = info.read;
    this.unread.value = info.unread;
    this.countedTo = info.head;
  }

  /** Notes how far one has read, here or elsewhere; it never goes back. @param {number} seq @param {number} me */
  readTo(seq, me) {
    if (seq <= this.read.peek()) return;
    this.read.value = seq;
    const { cursor, recent } = this.log.peek();
    const known = recent.length > 0 && recent[0].seq <= seq + 1;
    const left = known ? unreadBehind(recent, seq, me) : Math.max(0, cursor - seq);
    this.unread.value = Math.min(this.unread.peek(), left);
  }

  /** Begins a visit: what is unread now is what is new. */
  enter() {
    this.fresh.value = this.unread.peek() > 0 ? this.read.peek() : null;
    this.below.value = 0;
  }

  /** Ends a visit: only the newest entries are kept. */
  exit() {
    this.log.value = toLatest(this.log.peek());
    this.fresh.value = null;
    this.below.value = 0;
  }
}

/** All rooms one is in. */
export class Rooms {
  /** @param {(op: string, fields: object) => Promise<any>} ask @param {() => string} newKey */
  constructor(ask, newKey) {
    this.ask = ask;
    this.newKey = newKey;
    this.list = signal(/** @type {readonly Room[]} */ ([]));
    /** The room that the address names; it may be one that one is not in. */
    this.place = signal(0);
    this.current = computed(() => this.find(this.list.value, this.place.value) ?? this.list.value[0] ?? null);
    this.unread = computed(() => this.list.value.reduce((sum, room) => sum + room.unread.value, 0));
  }

  /** @param {readonly Room[]} list @param {number} id */
  find(list, id) {
    return list.find((room) => room.id === id);
  }

  /** The room of that id, if one is in it. @param {number} id */
  get(id) {
    return this.find(this.list.peek(), id);
  }

  /** Makes the list what the server says it is; rooms known already keep what they hold. @param {readonly RoomInfo[]} infos */
  welcome(infos) {
    this.list.value = infos.map((info) => this.#known(info));
  }

  /** @param {RoomInfo} info */
  #known(info) {
    const known = this.get(info.id);
    known?.update(info);
    return known ?? new Room(info);
  }

  /** One has become a member, here or in another tab. @param {RoomInfo} info */
  joined(info) {
    if (!this.get(info.id)) this.list.value = [...this.list.peek(), new Room(info)];
  }

  /** One is no longer a member. @param {number} id */
  left(id) {
    this.list.value = this.list.peek().filter((room) => room.id !== id);
    if (this.place.peek() === id) this.go(this.list.peek()[0]?.id ?? 0);
  }

  /** Goes into a room. @param {number} id */
  go(id) {
    const before = this.current.peek();
    const after = this.get(id);
    if (before !== after) before?.exit();
    if (before !== after) after?.enter();
    this.place.value = id;
  }

  /** Every room one may join. @returns {Promise<RoomOffer[]>} */
  async browse() {
    /** @type {RoomOffer[]} */
    const offers = [];
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const { rooms, more } = await this.ask('rooms', { after: offers.at(-1)?.id ?? 0 });
      offers.push(...rooms);
      if (!more) break;
    }
    return offers;
  }

  /** Opens a new room. @param {string} name @param {string} topic @returns {Promise<number>} its id */
  async create(name, topic) {
    const { room } = await this.ask('create', { name, topic });
    this.joined(room);
    return room.id;
  }

  /** Becomes a member of a room. @param {number} id */
  async join(id) {
    const { room } = await this.ask('join', { room: id });
    this.joined(room);
  }

  /** Leaves a room for good. @param {number} id */
  async leave(id) {
    await this.ask('leave', { room: id });
    this.left(id);
  }

  /** Says what a room is about. @param {number} id @param {string} text */
  async setTopic(id, text) {
    await this.ask('topic', { room: id, key: this.newKey(), text });
  }
}
