// What one has begun to write, one draft per room; kept with every letter typed, for the one who typed it.

import { effect, signal } from '../vendor/preact.js';

/** @typedef {import('../net/db.js').Draft} Draft */

/** @type {readonly import('../net/db.js').Attached[]} */
const NONE = [];

/** Where an edit that has been begun is kept while this tab lives, so that a reload does not lose it. */
const EDIT = 'snug.edit';

/** The drafts of all rooms. */
export class Drafts {
  /** @type {(() => void) | undefined} */ #keepsEdit;
  /** Edits that were begun and not ended, by room and message: something else was begun in between. @type {Map<string, string>} */ #parted =
    new Map();

  /**
   * @param {import('../net/db.js').Db} db @param {(word: {drafted: Draft, by: number}) => void} [tell] one's other tabs
   * @param {Storage} [storage] of this tab, where it has one
   */
  constructor(db, tell = () => {}, storage = undefined) {
    this.db = db;
    this.tell = tell;
    this.storage = storage;
    this.user = 0;
    this.all = signal(/** @type {ReadonlyMap<number, Draft>} */ (new Map()));
    /** One's own message that is being given another text, and what it is to say; the draft waits meanwhile. */
    this.edited = signal(/** @type {{room: number, seq: number, text: string} | null} */ (null));
  }

  /** From here on these are the drafts of this person: takes up what was kept; what they have typed since stays. @param {number} user */
  async belong(user) {
    if (user !== this.user) {
      this.all.value = new Map();
      const [owner, kept] = JSON.parse(this.storage?.getItem(EDIT) ?? '[0]');
      this.user = user;
      this.edited.value = owner === user ? kept : null;
    }
    this.#keepsEdit ??= effect(() => {
      if (this.edited.value) this.storage?.setItem(EDIT, JSON.stringify([this.user, this.edited.value]));
      else this.storage?.removeItem(EDIT);
    });
    this.db.sweep();
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

  /** The files that go with it. @param {number} room @returns {readonly import('../net/db.js').Attached[]} */
  filesOf(room) {
    return this.all.value.get(room)?.files ?? NONE;
  }

  /** Keeps other files with it. @param {number} room @param {readonly import('../net/db.js').Attached[]} files */
  setFiles(room, files) {
    this.#keep({ ...this.#draft(room), files });
    this.db.sweep();
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
  set(room, text, reply = this.#draft(room).reply ?? 0) {
    this.#keep({ ...this.#draft(room), text, reply });
  }

  /** It has been sent: nothing of it is left. @param {number} room */
  sent(room) {
    this.#keep({ room, text: '' });
  }

  /** @param {number} room @returns {Draft} */
  #draft(room) {
    return this.all.peek().get(room) ?? { room, text: '' };
  }

  /** @param {Draft} draft */
  #keep(draft) {
    // What does not change is not written: that would be news to one's other tabs.
    const { text, reply = 0, files = NONE } = this.#draft(draft.room);
    if (text === draft.text && reply === (draft.reply ?? 0) && files === (draft.files ?? NONE)) return;
    this.all.value = new Map([...this.all.peek(), [draft.room, draft]]);
    this.db.keepDraft(this.user, draft);
    this.tell({ drafted: draft, by: this.user });
  }

  /** Another tab has other words in a draft: all tabs show the same, and what one of them has sent none has any more. @param {{drafted: Draft, by: number}} word */
  heard({ drafted, by }) {
    if (by === this.user) this.all.value = new Map([...this.all.peek(), [drafted.room, drafted]]);
  }

  /** Begins to give a message another text, or goes on with it. @param {number} room @param {number} seq @param {string} text what it says now */
  edit(room, seq, text) {
    this.#part();
    this.edited.value = { room, seq, text: this.#parted.get(`${room} ${seq}`) ?? text };
  }

  /** Puts the edit aside that has been begun, for when one comes back to it. */
  #part() {
    const edited = this.edited.peek();
    if (edited) this.#parted.set(`${edited.room} ${edited.seq}`, edited.text);
    this.edited.value = null;
  }

  /** An edit has been sent, or is not wanted. */
  endEdit() {
    const edited = this.edited.peek();
    if (edited) this.#parted.delete(`${edited.room} ${edited.seq}`);
    this.edited.value = null;
  }

  /** From here on the draft of a room answers that message; 0: none. @param {number} room @param {number} seq */
  answer(room, seq) {
    this.#part();
    this.set(room, this.all.peek().get(room)?.text ?? '', seq);
  }

  /** Leaves the edit or the answer that has been begun in a room. @param {number} room @returns {boolean} false: there was none */
  leave(room) {
    const isBegun = this.editedIn(room) !== null || this.replyOf(room) > 0;
    if (this.editedIn(room)) this.endEdit();
    else if (isBegun) this.answer(room, 0);
    return isBegun;
  }

  /** Puts what was written back where it was, before whatever has been begun since. @param {import('../core/outbox.js').Letter} letter */
  giveBack({ room, text, reply_to: reply, files = [], anew }) {
    const { text: begun, files: others = [], ...draft } = this.#draft(room);
    const back = files.map(({ key, ...view }) => {
      const { name, bytes } = view;
      // Letters of an earlier version have no keys, and nothing is kept of their files but at the server.
      return { key: key ?? `file ${view.id}`, name, bytes, ...(anew !== 'due' && { view }) };
    });
    this.#keep({
      ...draft,
      text: begun ? `${text}\n\n${begun}` : text,
      reply: reply || draft.reply,
      files: [...back, ...others],
    });
  }
}
