// Who one is, and the link to the server: carries out what core/link.js decides, and hands on what the server says.

import { LINK_OFF, step } from '../core/link.js';
import { signal } from '../vendor/preact.js';
import { Door } from './door.js';
import { hear } from './hearing.js';

/** @typedef {import('../core/proto.js').Account} Account */
/** @typedef {import('../core/link.js').LinkEvent} LinkEvent */
/** @typedef {import('../core/link.js').LinkEffect} LinkEffect */

/** @typedef {import('./hearing.js').Crew} Crew */

/**
 * What the session works with: all of it comes in, so that a test can bring its own.
 * @typedef {{openSocket: (listener: import('../net/socket.js').Listener) => import('../net/socket.js').Socket,
 *   http: import('../net/http.js').Http, timers: import('../net/socket.js').Timers, random: () => number,
 *   claim: (user: number | null) => Promise<void>, tell: (word: {came: number}) => void,
 *   shelf: Promise<import('./lazy/shelf.js').Shelf | null>, build: string}} Tools
 */

/** How long the door may take before what was last seen is shown without it, in milliseconds. */
const KNOCK_MS = 2500;

/** What the server allows until it says so itself. */
const LIMITS = { text_chars: 8000, name_chars: 40, topic_chars: 200, file_bytes: 0, files: 10 };

/** The session of this page. */
export class Session {
  /** @type {any} */ #timer = null;
  /** The heads that `hello` named and that are not reached yet. @type {Map<number, number>} */ #goals = new Map();
  /** Whether one goes by oneself: then nobody is told that the session has ended. */ #leaving = false;
  /** @type {Crew | null} */ #crew = null;
  /** What was last seen here; `null` until it is there. @type {import('./lazy/shelf.js').Shelf | null} */ #shelf = null;

  /** @param {Tools} tools */
  constructor(tools) {
    this.tools = tools;
    this.me = signal(/** @type {Account | null} */ (null));
    this.link = signal(LINK_OFF);
    this.door = new Door(tools.http);
    this.limits = signal(LIMITS);
    /** Whether the server has another build of this client. */
    this.newer = signal(false);
    this.socket = tools.openSocket({
      opened: () => this.tell({ type: 'open' }),
      closed: (code) => this.tell({ type: 'close', code, roll: tools.random() }),
      silent: () => this.tell({ type: 'silence' }),
      happened: (event) => this.#happened(event),
    });
  }

  /** Begins: straight in, or to the door. Where nobody answers, one is who was here last. @param {Crew} crew */
  async start(crew) {
    this.#crew = crew;
    const knock = this.door.knock();
    this.#shelf = await this.tools.shelf;
    const who = await (this.#shelf?.last ? Promise.race([knock, this.#silence()]) : knock);
    if (who.me !== undefined) await this.tools.claim(who.me?.id ?? null);
    if (who.why) return this.#goOut(who.why, who.text);
    const me = who.me ?? this.#shelf?.last;
    if (me) await this.#become(me);
    this.tell({ type: 'start' });
  }

  /** @returns {Promise<import('./door.js').Answer>} */
  #silence() {
    return new Promise((resolve) => this.tools.timers.set(() => resolve({ why: '', text: '' }), KNOCK_MS));
  }

  /** The page is about to go: what was seen last is kept. */
  pack() {
    this.#shelf?.hurry();
  }

  /**
   * Comes in: by a name, a password, an invitation.
   * @param {'guests' | 'sessions' | 'accounts' | 'invitations/accept'} how @param {object} fields
   * @returns {Promise<number | null>} the room that one was let into, if one was; rejects with `Refused`
   */
  async enter(how, fields) {
    const { room, ...me } = await this.tools.http.ask('POST', how, fields);
    await this.#become(me);
    if (this.door.open()) this.tools.tell({ came: me.id });
    // Who was in already looks round anew: there may be one more room.
    this.tell({ type: 'silence' });
    this.tell({ type: 'start' });
    return room ?? null;
  }

  /** Goes out for now, or for good. @param {() => Promise<unknown>} how asks the server; when it refuses, one stays in */
  async leave(how) {
    this.#leaving = true;
    try {
      await how();
      this.tell({ type: 'stop' });
      this.#goOut('', '');
    } finally {
      this.#leaving = false;
    }
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
        if (!this.#leaving) void this.#askOutside(effect.why);
    }
  }

  async #askWhoIAm() {
    const { why } = await this.door.knock();
    if (why) this.tell({ type: 'ended', why });
  }

  /** The server has shown one out; unless one has come in again meanwhile, as in another tab. @param {'ended' | 'banned'} why */
  async #askOutside(why) {
    this.#crew?.rooms.forget();
    const who = await this.door.knock();
    if (!who.me) return this.#goOut(who.why === 'banned' ? 'banned' : why, who.text);
    await this.#become(who.me);
    this.tell({ type: 'start' });
  }

  /** @param {import('./door.js').Why} why @param {string} text */
  #goOut(why, text) {
    const was = this.me.peek();
    this.#crew?.rooms.forget();
    this.me.value = null;
    this.#shelf?.drop();
    this.door.shut(why, was, text);
  }

  /** Whoever one is now, what they wrote is theirs, and nobody else's. @param {Account} me */
  async #become(me) {
    const crew = this.#crew;
    this.me.value = me;
    if (!crew || crew.outbox.user === me.id) return;
    crew.rooms.forget();
    await Promise.all([crew.drafts.belong(me.id), crew.outbox.belong(me.id)]);
    if (crew.outbox.user === me.id) this.#shelf?.belong(me);
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

  /** @param {{me: Account, rooms: import('../core/proto.js').RoomInfo[], limits: typeof LIMITS, prefs?: import('./prefs.js').Prefs | null, build?: string}} welcome */
  #welcome({ prefs, me, rooms, limits, build }) {
    void this.#become(me);
    this.newer.value = (build ?? this.tools.build) !== this.tools.build;
    this.#shelf?.soon();
    this.limits.value = { ...LIMITS, ...limits };
    this.#crew?.rooms.welcome(rooms);
    this.#crew?.prefs.heard(prefs ?? null);
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
    this.#shelf?.soon();
    if (event.ev === 'account') {
      this.me.value = event.me;
      return;
    }
    if (!hear(crew, event, this.me.peek()?.id ?? 0)) this.tell({ type: 'hole', roll: this.tools.random() });
    if (event.ev === 'entry' || event.ev === 'reset') this.#step();
  }

  #step() {
    if (this.link.peek().phase === 'syncing') this.#arrive();
  }
}
