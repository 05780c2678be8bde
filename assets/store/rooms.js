// The rooms one is in, and which of them is lit.

import { computed, signal } from '../vendor/preact.js';
import { Room } from './room.js';

/** @typedef {import('../core/proto.js').RoomInfo} RoomInfo */
/** @typedef {import('../core/proto.js').RoomOffer} RoomOffer */

/** A room one is not in any more; `willing`: one knows. @typedef {{id: number, name: string, willing: boolean}} Lost */

/** How many pages of the room list are read; with 100 rooms each, more than anybody browses. */
const PAGES_MAX = 20;

/** All rooms one is in. */
export class Rooms {
  /** The room that one is about to leave. */ #willing = 0;

  /** @param {(op: string, fields: object) => Promise<any>} ask @param {() => string} newKey */
  constructor(ask, newKey) {
    this.ask = ask;
    this.newKey = newKey;
    this.list = signal(/** @type {readonly Room[]} */ ([]));
    /** The room that the address names; it may be one that one is not in. */
    this.place = signal(0);
    /** As the hall shows them: the rooms, those for reading only after the others, and then the people. */
    this.rooms = computed(() =>
      this.list.value
        .filter((room) => room.kind !== 'direct')
        .sort((one, other) => Number(one.archived.value) - Number(other.archived.value)),
    );
    this.directs = computed(() => this.list.value.filter((room) => room.kind === 'direct'));
    this.ordered = computed(() => [...this.rooms.value, ...this.directs.value]);
    this.current = computed(() => this.find(this.list.value, this.place.value) ?? this.ordered.value[0] ?? null);
    /** Rooms that one was in while this page stood open, and is not any more, the latest last. */
    this.lost = signal(/** @type {readonly Lost[]} */ ([]));
    /** Messages that one wants to be told of and has not read; and those among them that call for an answer. */
    this.unread = computed(() => this.list.value.reduce((sum, room) => sum + (room.lit.value ? room.unread.value : 0), 0));
    this.calls = computed(() => this.list.value.reduce((sum, room) => sum + room.calls.value, 0));
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
    const gone = this.list.peek().filter((room) => !infos.some((info) => info.id === room.id));
    this.#become(infos.map((info) => this.#known(info)));
    this.#lose(gone, false);
  }

  /** Nobody is here any more, or somebody else: nothing of it stays. */
  forget() {
    this.list.value = [];
    this.lost.value = [];
  }

  /** Where the room that one is in is gone, one is in the first of the others. @param {readonly Room[]} list */
  #become(list) {
    const before = this.current.peek();
    this.list.value = list;
    if (!before || list.includes(before)) return;
    const next = this.ordered.peek()[0];
    next?.enter();
    this.place.value = next?.id ?? 0;
  }

  /** @param {RoomInfo} info */
  #known(info) {
    const known = this.get(info.id);
    known?.update(info);
    return known ?? new Room(info);
  }

  /** One has become a member, here or in another tab. @param {RoomInfo} info */
  joined(info) {
    if (this.get(info.id)) return;
    this.list.value = [...this.list.peek(), new Room(info)];
    this.lost.value = this.lost.peek().filter((one) => one.id !== info.id);
  }

  /** One is no longer a member. @param {number} id */
  left(id) {
    const room = this.get(id);
    if (!room) return;
    this.#become(this.list.peek().filter((one) => one !== room));
    this.#lose([room], id === this.#willing);
  }

  /** @param {readonly Room[]} gone @param {boolean} willing */
  #lose(gone, willing) {
    if (gone.length === 0) return;
    const lost = gone.map((room) => ({ id: room.id, name: room.name.peek(), willing }));
    this.lost.value = [...this.lost.peek(), ...lost];
  }

  /** The word about lost rooms has been read. */
  mourned() {
    this.lost.value = [];
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

  /**
   * Opens a new room.
   * @param {{name: string, topic: string, kind?: 'open' | 'private', shows_past?: boolean}} wanted @returns {Promise<number>} its id
   */
  async create(wanted) {
    const { room } = await this.ask('create', wanted);
    this.joined(room);
    return room.id;
  }

  /** The room of these people and oneself alone; made when there is none yet. @param {readonly number[]} people @returns {Promise<number>} its id */
  async direct(people) {
    const { room } = await this.ask('direct', { people });
    this.joined(room);
    return room.id;
  }

  /** Becomes a member of a room. @param {number} id */
  async join(id) {
    const { room } = await this.ask('join', { room: id });
    this.joined(room);
  }

  /** Leaves a room for good. @param {number} id */
  leave(id) {
    return this.#part('leave', { room: id });
  }

  /** Deletes a room for good. @param {number} id @param {string} name typed again, to be sure */
  demolish(id, name) {
    return this.#part('demolish', { room: id, name });
  }

  /** @param {string} op @param {{room: number, name?: string}} fields */
  async #part(op, fields) {
    this.#willing = fields.room;
    try {
      await this.ask(op, fields);
      this.left(fields.room);
    } finally {
      this.#willing = 0;
    }
  }
}
