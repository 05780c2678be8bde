// Files on their way to the server: one after the other, piece by piece, so that a lost line costs one piece.

import { inBytes } from '../../core/names.js';
import { say, sayMore } from '../../core/words.js';
import { effect, signal } from '../../vendor/preact.js';

/** @typedef {import('../../net/db.js').Attached} Attached */
/** How far a file has come, and what stands in its way; `final`: it does not go on by itself. @typedef {{sent: number, why: string, final: boolean}} Way */

/** The wait before a piece is sent again when nobody answers, in milliseconds. */
const AGAIN_MS = 3000;

/** What nobody answers, and the wait that a limit asks for, go on by themselves. */
const PASSING = new Set(['away', 'rate_limited', 'shutting_down', 'storage_failed']);

/** It was moved, deleted or changed after it had been chosen. @returns {never} */
function unreadable() {
  throw Object.assign(new Error(), { refusal: { code: 'unreadable', text: say('files.unreadable') } });
}

/** @param {unknown} reason */
const refusalOf = (reason) => /** @type {{refusal: import('../../core/proto.js').Refusal}} */ (reason).refusal;

/** All files on their way. */
export class Uploads {
  /** @type {Map<string, AbortController>} */ #running = new Map();
  /** @type {Map<string, {id: number, size: number}>} */ #begun = new Map();
  /** @type {Promise<unknown>} */ #last = Promise.resolve();

  /**
   * @param {{db: import('../../net/db.js').Db, http: import('../../net/http.js').Http, drafts: import('../drafts.js').Drafts, session: import('../session.js').Session,
   *   newKey: () => string, timers: import('../../net/socket.js').Timers}} tools
   */
  constructor(tools) {
    this.tools = tools;
    this.ways = signal(/** @type {ReadonlyMap<string, Way>} */ (new Map()));
    /** What was not attached, and why, by room. */
    this.refused = signal(/** @type {ReadonlyMap<number, string>} */ (new Map()));
  }

  /** Brings files to the draft of a room; those that cannot be taken are named. @param {number} room @param {Iterable<File>} files */
  async add(room, files) {
    await sayMore();
    const { file_bytes: most, files: count } = this.tools.session.limits.peek();
    const held = this.tools.drafts.filesOf(room);
    /** @type {Attached[]} */
    const taken = [];
    let why = '';
    for (const file of files) {
      const { name, size: bytes } = file;
      if (bytes > most) why = say('files.tooLarge', { name, bytes: inBytes(bytes), most: inBytes(most) });
      else if (bytes === 0) why = say('files.empty', { name });
      else if (held.length + taken.length >= count) why = say('files.tooMany', { n: count });
      else taken.push({ key: this.tools.newKey(), name: name || 'file', bytes, blob: file });
    }
    this.refused.value = new Map([...this.refused.peek(), [room, why]]);
    this.tools.drafts.setFiles(room, [...held, ...taken]);
    this.resume(room);
  }

  /** Goes on with what is not there yet. @param {number} room */
  resume(room) {
    for (const file of this.tools.drafts.filesOf(room)) {
      if (file.view || this.#running.has(file.key)) continue;
      const end = new AbortController();
      this.#running.set(file.key, end);
      this.#last = this.#last.then(() => this.#upload(room, file, end.signal));
    }
  }

  /** Tries one again that did not go on by itself. @param {number} room @param {string} key */
  again(room, key) {
    this.#running.delete(key);
    this.#begin(key);
    this.resume(room);
  }

  /** Lets a file go. @param {number} room @param {string} key */
  remove(room, key) {
    const file = this.tools.drafts.filesOf(room).find((one) => one.key === key);
    const id = file?.view?.id ?? this.#begun.get(key)?.id;
    this.#running.get(key)?.abort();
    this.#running.delete(key);
    this.tools.drafts.setFiles(
      room,
      this.tools.drafts.filesOf(room).filter((one) => one.key !== key),
    );
    // What stays behind goes by itself after a day.
    if (id) this.tools.http.ask('DELETE', `files/${id}`).catch(() => {});
  }

  /** @param {number} room @param {Attached} file @param {AbortSignal} signal */
  async #upload(room, file, signal) {
    if (signal.aborted) return;
    try {
      this.#arrived(room, file.key, await this.#bring(room, file, signal));
    } catch (reason) {
      if (!signal.aborted) this.#tell(file.key, { why: refusalOf(reason).text, final: true });
    }
  }

  /**
   * Brings the files of a message again, which the server has let go since they were attached.
   * @param {number} room @param {readonly import('../../core/outbox.js').Sent[]} files
   */
  async anew(room, files) {
    const { signal } = new AbortController();
    const there = [];
    for (const { key, name, bytes } of files) {
      this.#begin(key);
      there.push({ ...(await this.#bring(room, { key, name, bytes }, signal)), key });
    }
    return there;
  }

  /** What was known of the way of a file is not so any more. @param {string} key */
  #begin(key) {
    this.#begun.delete(key);
    this.#tell(key, { sent: 0, why: '', final: false });
  }

  /**
   * Brings a file, whatever passes meanwhile; rejects with what does not pass.
   * @param {number} room @param {Attached} file @param {AbortSignal} signal
   */
  async #bring(room, file, signal) {
    for (;;) {
      try {
        return await this.#pieces(room, file, signal);
      } catch (reason) {
        const { code, text, retry_after_ms: ms } = refusalOf(reason);
        if (signal.aborted || !PASSING.has(code)) throw reason;
        this.#tell(file.key, { why: code === 'away' ? say('files.away') : text });
        await this.#pause(ms ?? AGAIN_MS, signal);
      }
    }
  }

  /** What a file holds: as this page has chosen it, or as it is kept. @param {Attached} file */
  async read({ key, blob }) {
    return blob ?? (await this.tools.db.blob(key));
  }

  /** @param {number} room @param {Attached} file @param {AbortSignal} signal @returns {Promise<import('../../core/proto.js').FileView>} */
  async #pieces(room, file, signal) {
    const { http } = this.tools;
    const { key, name } = file;
    const blob = (await this.read(file)) ?? unreadable();
    const bytes = blob.size;
    let begun = this.#begun.get(key);
    if (!begun) {
      const { id, piece_bytes: size } = await http.ask('POST', `rooms/${room}/files`, { name, bytes }, signal);
      begun = { id, size };
      this.#begun.set(key, begun);
    }
    const { id, size } = begun;
    for (let sent = this.ways.peek().get(key)?.sent ?? 0; sent < bytes; sent += size) {
      const piece = await blob
        .slice(sent, sent + size)
        .arrayBuffer()
        .catch(unreadable);
      await http.ask('PUT', `files/${id}/pieces/${sent / size}`, new Blob([piece]), signal);
      this.#tell(key, { sent: Math.min(bytes, sent + size), why: '' });
    }
    return http.ask('POST', `files/${id}`, {}, signal);
  }

  /** @param {number} room @param {string} key @param {import('../../core/proto.js').FileView} view */
  #arrived(room, key, view) {
    this.#running.delete(key);
    const files = this.tools.drafts
      .filesOf(room)
      .map((one) => (one.key === key ? { key, name: view.name, bytes: view.bytes, view } : one));
    this.tools.drafts.setFiles(room, files);
  }

  /** @param {string} key @param {Partial<Way>} news */
  #tell(key, news) {
    const way = { sent: 0, why: '', final: false, ...this.ways.peek().get(key), ...news };
    this.ways.value = new Map([...this.ways.peek(), [key, way]]);
  }

  /** Waits, or until the link is live again. @param {number} ms @param {AbortSignal} signal @returns {Promise<void>} */
  #pause(ms, signal) {
    return new Promise((resolve) => {
      const done = () => {
        this.tools.timers.clear(timer);
        stop();
        resolve();
      };
      const timer = this.tools.timers.set(done, ms);
      const was = this.tools.session.link.peek().phase;
      const stop = effect(() => {
        const { phase } = this.tools.session.link.value;
        if (phase === 'live' && was !== 'live') queueMicrotask(done);
        return undefined;
      });
      signal.addEventListener('abort', done, { once: true });
    });
  }
}
