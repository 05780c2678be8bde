// Who one is, and the link to the server: carries out what core/link.js decides, and hands on what the server says.

import { LINK_OFF, step } from '../core/link.js';
import { signal } from '../vendor/preact.js';

/** @typedef {import('../core/proto.js').Person} Person */
/** @typedef {import('../core/link.js').LinkEvent} LinkEvent */
/** @typedef {import('../core/link.js').LinkEffect} LinkEffect */

/**
 * Who listens to the session, each for its part.
 * @typedef {{rooms: import('./rooms.js').Rooms, timeline: import('./timeline.js').Timeline,
 *   outbox: import('./outbox.js').OutboxStore, presence: import('./presence.js').Presence,
 *   reading: import('./reading.js').Reading}} Crew
 * @typedef {{openSocket: (listener: import('../net/socket.js').Listener) => import('../net/socket.js').Socket,
 *   http: import('../net/http.js').Http, timers: import('../net/socket.js').Timers, random: () => number}} Tools
 */

/** What the server allows until it says so itself. */
const LIMITS = { text_chars: 8000, name_chars: 40, topic_chars: 200 };

/** The session of this page. */
export class Session {
  /** @type {any} */ #timer = null;
  /** The heads that `hello` named and that are not reached yet. @type {Map<number, number>} */ #goals = new Map();
  /** @type {Crew | null} */ #crew = null;

  /** @param {Tools} tools */
  constructor(tools) {
    this.tools = tools;
    this.me = signal(/** @type {Person | null} */ (null));
    this.link = signal(LINK_OFF);
    /** Whether one stands at the door and is asked for a name. */
    this.door = signal(false);
    this.limits = signal(LIMITS);
    this.socket = tools.openSocket({
      opened: () => this.tell({ type: 'open' }),
      closed: (code) => this.tell({ type: 'close', code, roll: tools.random() }),
      silent: () => this.tell({ type: 'silence' }),
      happened: (event) => this.#happened(event),
    });
  }

  /** Begins: straight in, or to the door. @param {Crew} crew */
  async start(crew) {
    this.#crew = crew;
    const who = await this.tools.http.me();
    if ('ended' in who) {
      this.door.value = true;
      return;
    }
    if ('me' in who) this.me.value = who.me;
    this.tell({ type: 'start' });
  }

  /** Comes in under a name. @param {string} name @returns {Promise<string>} why not, or nothing */
  async enter(name) {
    const answer = await this.tools.http.enter(name);
    if ('refused' in answer) return answer.refused;
    this.me.value = answer.me;
    this.door.value = false;
    this.tell({ type: 'start' });
    return '';
  }

  /** Asks the server for something. @param {string} op @param {object} fields @returns {Promise<any>} */
  ask(op, fields) {
    return this.socket.request(op, fields);
  }

  /** Whether letters may go out. */
  isLive() {
    return this.link.peek().phase === 'live';
  }

  /** Something happened to the link. @param {LinkEvent} event */
  tell(event) {
    const { state, effects } = step(this.link.peek(), event);
    const wasUp = ['syncing', 'live'].includes(this.link.peek().phase);
    this.link.value = state;
    if (wasUp && !['syncing', 'live'].includes(state.phase)) this.#lost();
    for (const effect of effects) this.#carryOut(effect);
  }

  #lost() {
    this.#crew?.outbox.lose();
    this.#crew?.presence.lose();
  }

  /** @param {LinkEffect} effect */
  #carryOut(effect) {
    switch (effect.do) {
      case 'connect':
        return this.socket.connect();
      case 'hello':
        return void this.#hello();
      case 'flush':
        return this.#crew?.outbox.flush();
      case 'wait':
        this.#timer = this.tools.timers.set(() => this.tell({ type: 'timer' }), effect.ms);
        return;
      case 'drop':
        this.tools.timers.clear(this.#timer);
        return this.socket.drop();
      case 'probe':
        return this.socket.probe();
      case 'ask':
        return void this.#askWhoIAm();
      case 'door':
        this.#crew?.rooms.welcome([]);
        this.door.value = true;
    }
  }

  async #askWhoIAm() {
    const who = await this.tools.http.me();
    if ('ended' in who) this.tell({ type: 'ended' });
  }

  async #hello() {
    const rooms = this.#crew?.rooms.list.peek() ?? [];
    const held = rooms.map((room) => [String(room.id), room.log.peek().cursor]).filter(([, cursor]) => cursor);
    try {
      this.#welcome(await this.ask('hello', { cursors: Object.fromEntries(held) }));
    } catch {
      this.tell({ type: 'hole', roll: this.tools.random() });
    }
  }

  /** @param {{me: Person, rooms: import('../core/proto.js').RoomInfo[], limits: typeof LIMITS}} welcome */
  #welcome({ me, rooms, limits }) {
    this.me.value = me;
    this.limits.value = { ...LIMITS, ...limits };
    this.#crew?.rooms.welcome(rooms);
    this.#goals = new Map(rooms.map((room) => [room.id, room.head]));
    this.#arrive();
    this.#crew?.reading.welcome(rooms);
  }

  /** Crosses off the heads that are reached; when none is left, the page is in step. */
  #arrive() {
    for (const [id, head] of this.#goals) {
      const room = this.#crew?.rooms.get(id);
      if (!room || room.log.peek().cursor >= head) this.#goals.delete(id);
    }
    if (this.#goals.size === 0) this.tell({ type: 'synced' });
  }

  /** @param {import('../core/proto.js').Happening} event */
  #happened(event) {
    const crew = this.#crew;
    if (!crew) return;
    switch (event.ev) {
      case 'entry':
        if (!crew.timeline.entry(/** @type {any} */ (event))) this.tell({ type: 'hole', roll: this.tools.random() });
        return this.#step();
      case 'reset':
        crew.timeline.reset(event.room, event.head, event.entries);
        return this.#step();
      case 'joined':
        return crew.rooms.joined(event.room);
      case 'left':
        return crew.rooms.left(event.room);
      case 'read':
        return crew.rooms.get(event.room)?.readTo(event.seq, this.me.peek()?.id ?? 0);
      case 'typing':
        return crew.presence.typing(event.room, event.by);
      case 'presence':
        return crew.presence.present(event.room, event.count, event.people);
    }
  }

  #step() {
    if (this.link.peek().phase === 'syncing') this.#arrive();
  }
}
