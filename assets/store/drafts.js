// What one has begun to write, one draft per room; kept with every letter typed, for the one who typed it.

import { signal } from '../vendor/preact.js';

/** The drafts of all rooms. */
export class Drafts {
  /** @param {import('../net/db.js').Db} db */
  constructor(db) {
    this.db = db;
    this.user = 0;
    this.texts = signal(/** @type {ReadonlyMap<number, string>} */ (new Map()));
  }

  /** From here on these are the drafts of this person: takes up what was kept; what they have typed since stays. @param {number} user */
  async belong(user) {
    if (user !== this.user) this.texts.value = new Map();
    this.user = user;
    const kept = await this.db.drafts(user);
    if (user !== this.user) return;
    this.texts.value = new Map([...kept.map((draft) => /** @type {const} */ ([draft.room, draft.text])), ...this.texts.peek()]);
  }

  /** The draft of a room. @param {number} room */
  get(room) {
    return this.texts.value.get(room) ?? '';
  }

  /** Keeps a draft; an empty one is let go. @param {number} room @param {string} text */
  set(room, text) {
    const texts = new Map(this.texts.peek());
    texts.set(room, text);
    this.texts.value = texts;
    this.db.keepDraft(this.user, { room, text });
  }

  /** Puts a text back where it was written, before whatever has been begun since. @param {number} room @param {string} text */
  giveBack(room, text) {
    const begun = this.texts.peek().get(room);
    this.set(room, begun ? `${text}\n\n${begun}` : text);
  }
}
