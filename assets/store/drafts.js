// What one has begun to write, one draft per room; kept with every letter typed, for the one who typed it.

import { signal } from '../vendor/preact.js';

/** @typedef {import('../net/db.js').Draft} Draft */

/** The drafts of all rooms. */
export class Drafts {
  /** @param {import('../net/db.js').Db} db */
  constructor(db) {
    this.db = db;
    this.user = 0;
    this.all = signal(/** @type {ReadonlyMap<number, Draft>} */ (new Map()));
    /** One's own message that is being given another text, and what it is to say; the draft waits meanwhile. */
    this.edited = signal(/** @type {{room: number, seq: number, text: string} | null} */ (null));
  }

  /** From here on these are the drafts of this person: takes up what was kept; what they have typed since stays. @param {number} user */
  async belong(user) {
    if (user !== this.user) this.all.value = new Map();
    this.user = user;
    const kept = await this.db.drafts(user);
    if (user !== this.user) return;
    this.all.value = new Map([...kept.map((draft) => /** @type {const} */ ([draft.room, draft])), ...this.all.peek()]);
  }

  /** What has been begun in a room. @param {number} room */
  get(room) {
    return this.all.value.get(room)?.text ?? '';
  }

  /** The message that it answers, by its number; 0: none. @param {number} room */
  replyOf(room) {
    return this.all.value.get(room)?.reply ?? 0;
  }

  /** What stands in the composer of a room: the draft, or the message that is being edited. @param {number} room */
  shown(room) {
    return this.editedIn(room)?.text ?? this.get(room);
  }

  /** The message that is being edited in a room, if one is. @param {number} room */
  editedIn(room) {
    const edited = this.edited.value;
    return edited?.room === room ? edited : null;
  }

  /** Keeps what stands in the composer. @param {number} room @param {string} text */
  write(room, text) {
    const edited = this.editedIn(room);
    if (edited) this.edited.value = { ...edited, text };
    else this.set(room, text);
  }

  /** Keeps a draft; an empty one that answers nothing is let go. @param {number} room @param {string} text @param {number} [reply] */
  set(room, text, reply = this.all.peek().get(room)?.reply ?? 0) {
    const draft = { room, text, reply };
    this.all.value = new Map([...this.all.peek(), [room, draft]]);
    this.db.keepDraft(this.user, draft);
  }

  /** From here on the draft of a room answers that message; 0: none. @param {number} room @param {number} seq */
  answer(room, seq) {
    this.edited.value = null;
    this.set(room, this.all.peek().get(room)?.text ?? '', seq);
  }

  /** Puts a text back where it was written, before whatever has been begun since. @param {number} room @param {string} text @param {number} [reply] */
  giveBack(room, text, reply) {
    const begun = this.all.peek().get(room)?.text;
    this.set(room, begun ? `${text}\n\n${begun}` : text, reply || undefined);
  }
}
