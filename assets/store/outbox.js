// The outbox at work: kept in the database, sent while the link is live, told to the other tabs.
//
// Two tabs share the database. A letter is sent by the tab it was written in; when it has not gone out after a while,
// perhaps because that tab was closed, the others adopt it. Should two send it, its key makes it one message.

import * as outbox from '../core/outbox.js';
import { signal } from '../vendor/preact.js';

/** @typedef {import('../core/outbox.js').Letter} Letter */
/** @typedef {import('../core/proto.js').Refusal} Refusal */

/** How long a letter of another tab is left to that tab, in milliseconds. */
const ADOPT_MS = 5000;

/**
 * @typedef {{db: import('../net/db.js').Db, ask: (op: string, fields: object) => Promise<any>, isLive: () => boolean,
 *   newKey: () => string, now: () => number, timers: import('../net/socket.js').Timers, tell: (word: Word) => void,
 *   bring: (room: number, files: readonly outbox.Sent[]) => Promise<outbox.Sent[]>}} Tools
 * @typedef {{kept: string} | {gone: string}} Word
 */

/** What waits to be stored. */
export class OutboxStore {
  /** @type {any} */ #timer = null;
  /** @type {any} */ #adopting = null;
  /** @type {Map<number, any>} */ #rests = new Map();
  /** Letters whose files are being brought again. @type {Set<string>} */ #brings = new Set();

  /** @param {Tools} tools */
  constructor(tools) {
    this.tools = tools;
    this.user = 0;
    this.box = signal(/** @type {outbox.Outbox} */ ([]));
    /** Whether the server has asked for a pause. */
    this.paused = signal(false);
    /** The rooms in slow mode that one has to leave alone for now, and until when. */
    this.resting = signal(/** @type {ReadonlyMap<number, number>} */ (new Map()));
  }

  /** From here on this is the outbox of this person; what somebody else wrote stays in the database. @param {number} user */
  async belong(user) {
    if (user !== this.user) this.box.value = [];
    this.user = user;
    await this.load();
  }

  /** Takes up what earlier pages and other tabs have left. */
  async load() {
    const { user } = this;
    const letters = await this.tools.db.letters(user);
    if (user !== this.user) return;
    this.box.value = letters.reduce(outbox.adopt, this.box.peek());
    this.flush();
  }

  /** Whether no more can be taken. */
  isFull() {
    return this.box.value.length >= outbox.OUTBOX_MAX;
  }

  /**
   * Posts a message to a room, or a change of one that is there; from here on it is either stored or shown as waiting.
   * @param {number} room @param {string} text @param {Partial<outbox.Written>} [more]
   */
  post(room, text, more = {}) {
    const key = this.tools.newKey();
    this.box.value = outbox.post(this.box.peek(), { ...more, key, room, text, at: this.tools.now() });
    this.#keep(key);
    this.flush();
  }

  /** Gives one's own message another text. @param {number} room @param {number} target @param {string} text */
  edit(room, target, text) {
    const waiting = this.box.peek().find((one) => one.op === 'edit' && one.target === target && one.state !== 'sending');
    // One that has not gone out need not: this one says more.
    if (waiting) this.takeBack(waiting.key);
    this.post(room, text, { op: 'edit', target });
  }

  /** Puts an emoji to a message, or takes it away. @param {number} room @param {number} target @param {string} emoji @param {boolean} on */
  react(room, target, emoji, on) {
    this.post(room, emoji, { op: 'react', target, on });
  }

  /** Sends what can go. */
  flush() {
    if (this.paused.peek() || !this.tools.isLive()) return;
    const { box, send } = outbox.claim(this.box.peek(), this.resting.peek().keys());
    this.box.value = box;
    for (const letter of send) this.#send(letter);
  }

  /** @param {Letter} letter */
  async #send(letter) {
    const { key } = letter;
    if (letter.anew === 'due') return this.#bring(letter);
    const { op, fields } = outbox.request(letter);
    try {
      const { seq } = await this.tools.ask(op, fields);
      // Without a number it was so already, and no entry will come.
      if (seq) this.stored(key, seq);
      else this.takeBack(key);
    } catch (reason) {
      const held = this.#find(key);
      if (held?.state === 'sending') this.#refused(held, /** @type {{refusal: Refusal}} */ (reason).refusal);
    }
    this.flush();
  }

  /** Brings the files of a letter again; it goes when they are there. @param {Letter} letter */
  async #bring({ key, room, files = [] }) {
    if (this.#brings.has(key)) return;
    this.#brings.add(key);
    try {
      const there = await this.tools.bring(room, files);
      this.box.value = outbox.brought(this.box.peek(), key, there);
    } catch (reason) {
      this.box.value = outbox.refuse(this.box.peek(), key, /** @type {{refusal: Refusal}} */ (reason).refusal.text);
    }
    this.#brings.delete(key);
    this.#keep(key);
    this.flush();
  }

  /** @param {Letter} letter @param {Refusal} refusal */
  #refused(letter, refusal) {
    if (refusal.code === 'link_lost') return;
    const verdict = outbox.judge(letter, refusal);
    // An emoji that cannot stand there is no loss: it goes as it came.
    if (verdict.do === 'refuse' && letter.op === 'react') return void this.takeBack(letter.key);
    if (verdict.do === 'bring' || verdict.do === 'refuse') {
      const box = this.box.peek();
      this.box.value = verdict.do === 'bring' ? outbox.lack(box, letter.key) : outbox.refuse(box, letter.key, refusal.text);
      this.#keep(letter.key);
      return;
    }
    this.box.value = outbox.requeue(this.box.peek(), letter.key, refusal.code === 'storage_failed');
    if (verdict.do === 'rest') this.#rest(letter.room, verdict.ms);
    else this.#wait(verdict.ms);
  }

  /** @param {number} room @param {number} ms */
  #rest(room, ms) {
    this.#wake(room);
    this.resting.value = new Map([...this.resting.peek(), [room, this.tools.now() + ms]]);
    const over = () => {
      this.#wake(room);
      this.flush();
    };
    this.#rests.set(room, this.tools.timers.set(over, ms));
  }

  /** @param {number} room */
  #wake(room) {
    this.tools.timers.clear(this.#rests.get(room));
    this.#rests.delete(room);
    this.resting.value = new Map([...this.resting.peek()].filter(([id]) => id !== room));
  }

  /** @param {number} ms */
  #wait(ms) {
    this.tools.timers.clear(this.#timer);
    this.paused.value = true;
    this.#timer = this.tools.timers.set(() => {
      this.paused.value = false;
      this.flush();
    }, ms);
  }

  /** A letter is stored: by its reply, or because its entry was seen. @param {string} key @param {number} seq */
  stored(key, seq) {
    const letter = this.#find(key);
    if (!letter || letter.state === 'stored') return;
    this.box.value = outbox.stored(this.box.peek(), key, seq);
    this.#forget(key);
    if (letter.files) this.tools.db.sweep();
    this.flush();
  }

  /** The log of a room has come this far. @param {number} room @param {number} cursor */
  arrived(room, cursor) {
    this.box.value = outbox.arrived(this.box.peek(), room, cursor);
  }

  /** The author tries a refused letter again. @param {string} key */
  retry(key) {
    this.box.value = outbox.retry(this.box.peek(), key);
    this.#keep(key);
    this.flush();
  }

  /** The author takes a refused letter out. @param {string} key @returns {Letter | undefined} */
  takeBack(key) {
    const letter = this.#find(key);
    this.box.value = outbox.remove(this.box.peek(), key);
    this.#forget(key);
    return letter;
  }

  /** The link is lost: what was on its way goes again. */
  lose() {
    this.tools.timers.clear(this.#timer);
    this.paused.value = false;
    for (const room of this.#rests.keys()) this.#wake(room);
    this.box.value = outbox.lose(this.box.peek());
  }

  /** Another tab says something. @param {Word} word */
  heard(word) {
    if ('gone' in word) this.box.value = outbox.remove(this.box.peek(), word.gone);
    else this.#adoptLater();
  }

  #adoptLater() {
    if (this.#adopting !== null) return;
    this.#adopting = this.tools.timers.set(() => {
      this.#adopting = null;
      this.load();
    }, ADOPT_MS);
  }

  /** @param {string} key */
  #find(key) {
    return this.box.peek().find((letter) => letter.key === key);
  }

  /** @param {string} key */
  #keep(key) {
    const letter = this.#find(key);
    if (!letter) return;
    this.tools.db.keep(this.user, letter);
    this.tools.tell({ kept: key });
  }

  /** @param {string} key */
  #forget(key) {
    this.tools.db.forget(key);
    this.tools.tell({ gone: key });
  }
}
